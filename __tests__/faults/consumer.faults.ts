import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FaultsBed } from "../../tools/faults/bed";
import { eventually } from "../../tools/faults/eventually";
import { describe as inWords, type Outcome, runSchedule } from "../../tools/faults/run-schedule";
import {
  commandFor,
  DEFAULT_BED,
  FAULTS,
  type FaultName,
  scheduleOf,
  stageSchedules,
  type Schedule,
} from "../../tools/faults/schedule";
import { writeOutcomes } from "../../tools/faults/outcomes";
import { silent } from "../../tools/faults/telling";

const only = process.env["FAULTS_ONLY"]?.split(",") as FaultName[] | undefined;
const firstSeed = Number(process.env["FAULTS_SEED"] || 1 + Math.floor(Math.random() * 1e6));
const count = Number(process.env["FAULTS_SCHEDULES"] ?? 5);
const among = only ?? FAULTS;
const random = Array.from({ length: count }, (_, n) => scheduleOf(firstSeed + n, among));
const stages = process.env["FAULTS_SEED"] ? [] : stageSchedules(among);

const outcomes: Outcome[] = [];
let bed: FaultsBed;

beforeAll(async () => {
  if (count > 0) process.stderr.write(`seeds ${firstSeed} to ${firstSeed + count - 1}\n`);
  bed = await FaultsBed.start(process.env["FAULTS_BED"] ?? DEFAULT_BED, "packages");
});

afterAll(() => bed?.stop());

async function holds(schedule: Schedule, alsoWrong: (outcome: Outcome) => string[]): Promise<void> {
  const seen = await runSchedule(bed, schedule);
  const outcome = { ...seen, problems: [...seen.problems, ...alsoWrong(seen)] };
  outcomes.push(outcome);
  writeOutcomes(bed.directory, outcomes);
  process.stderr.write(`${inWords(outcome)}\n`);
  if (outcome.problems.length > 0) process.stderr.write(`     again: ${commandFor(schedule, only)}\n`);
  expect(outcome.problems).toEqual([]);
}

for (const schedule of stages)
  test(`a consumer survives ${schedule.faults[0]!.fault}`, () =>
    holds(schedule, ({ moved }) => silent(schedule.faults[0]!.fault, moved)));

for (const schedule of random)
  test(`consumers survive the mixed faults of seed ${schedule.seed}`, () => holds(schedule, () => []));

test("in the end nothing was written once more, and everything is committed", async () => {
  const { load, observer } = bed;
  const all = { from: 1, to: load.acknowledged };
  const indexed = outcomes.reduce((sum, one) => sum + one.indexed, 0);
  expect(outcomes.reduce((sum, one) => sum + one.lines, 0)).toBe(load.acknowledged);
  expect(await observer.count(all)).toBe(indexed);
  await observer.lines.read();
  const ends = observer.lines.ends;
  await eventually("offsets are committed up to the end", 10_000, async () => {
    const committed = await observer.committed();
    return [...ends].every(([partition, end]) => committed.get(partition) === end);
  });
});
