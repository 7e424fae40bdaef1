import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FaultsBed } from "../../tools/faults/bed";
import { describe as inWords, type Outcome, runSchedule } from "../../tools/faults/run-schedule";
import { FAULTS, type FaultName, scheduleOf, stageSchedules, type Schedule } from "../../tools/faults/schedule";

const only = process.env["FAULTS_ONLY"]?.split(",") as FaultName[] | undefined;
const firstSeed = Number(process.env["FAULTS_SEED"] || Math.floor(Math.random() * 1e6));
const count = Number(process.env["FAULTS_SCHEDULES"] ?? 8);
const among = only ?? FAULTS;
const random = Array.from({ length: count }, (_, n) => scheduleOf(firstSeed + n, among));
const stages = process.env["FAULTS_SEED"] ? [] : stageSchedules(among);

/** Which metric tells an operator of a fault. */
const TELLING: Partial<Record<FaultName, RegExp>> = {
  "answer-429": /^retries_total\{cause="overloaded"\}/,
  "answer-503": /^retries_total\{cause="server-error"\}/,
  "answer-401": /^retries_total\{cause="unauthorized"\}/,
  "item-429": /^retries_total\{cause="overloaded"\}/,
  "half-answer": /^retries_total\{cause="network"\}/,
  "reset-before": /^retries_total\{cause="network"\}/,
  "reset-after": /^retries_total\{cause="network"\}/,
  "slow-answer": /^retries_total\{cause="timeout"\}/,
  hold: /^retries_total\{cause="timeout"\}/,
  "elasticsearch-pause": /^retries_total\{cause="timeout"\}/,
  "read-only-block": /^retries_total\{cause="blocked"\}/,
  "expired-password": /^retries_total\{cause="unauthorized"\}/,
  rebalance: /^rebalances_total/,
  "kafka-kill": /^kafka_sessions_total/,
};

let bed: FaultsBed;

beforeAll(async () => {
  console.info(`seeds ${firstSeed} to ${firstSeed + count - 1}`);
  bed = await FaultsBed.start("packages");
});

afterAll(async () => {
  await bed?.stop();
});

async function holds(schedule: Schedule): Promise<Outcome> {
  const outcome = await runSchedule(bed, schedule);
  process.stderr.write(`${inWords(outcome)}\n`);
  expect(outcome.problems).toEqual([]);
  return outcome;
}

test.each(stages)("a consumer survives $faults.0.fault", async (schedule) => {
  const { moved } = await holds(schedule);
  const telling = TELLING[schedule.faults[0]!.fault];
  const told = Object.entries(moved).filter(([name, by]) => by > 0 && telling?.test(name));
  if (telling) expect(told).not.toEqual([]);
});

test.each(random)("consumers survive the mixed faults of seed $seed", async (schedule) => {
  await holds(schedule);
});
