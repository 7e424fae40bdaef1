import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { accountOf, aheadOfDelivery } from "../../tools/faults/account";
import { allRefused, ITEM_ERRORS, withoutItems, withRefusedItems } from "../../tools/faults/proxy/bulk-items";
import { RequestFrames } from "../../tools/faults/proxy/request-frames";
import { Meter } from "../../tools/faults/meter";
import { commandFor, FAULTS, requireBed, requireFaults, scheduleOf, stageSchedules } from "../../tools/faults/schedule";
import { silent, TELLING } from "../../tools/faults/telling";
import { UserError } from "../../tools/lib/user-error";

const message = (number: number, offset = number) => ({
  partition: 0,
  offset: BigInt(offset),
  value: `faults-line-${number}!`,
  headers: new Map<string, string>(),
});

test("a seed makes the same schedule again, and another seed another", () => {
  expect(scheduleOf(7)).toEqual(scheduleOf(7));
  expect(scheduleOf(8).faults).not.toEqual(scheduleOf(7).faults);
});

test("the account tells what is lost, what is there twice and what is in both places", () => {
  const messages = [1, 2, 3, 4].map((number) => message(number));
  const indexed = new Map([
    [1, 1],
    [2, 2],
    [3, 1],
  ]);
  const { problems } = accountOf({ from: 1, to: 4 }, { messages, deadLetters: [message(3)], indexed });
  expect(problems).toEqual(["line 2 is indexed 2 times", "line 3 is indexed and a dead letter", "line 4 is lost"]);
});

test("an offset is ahead of delivery if a message below it is nowhere", () => {
  const found = { messages: [message(1), message(2)], deadLetters: [], indexed: new Map([[1, 1]]) };
  expect(aheadOfDelivery(new Map([[0, 2n]]), found, 1)).toEqual([]);
  expect(aheadOfDelivery(new Map([[0, 3n]]), found, 1)).toHaveLength(1);
  expect(aheadOfDelivery(new Map([[0, 3n]]), found, 3)).toEqual([]);
});

test("refused items are not passed on, and stand in the answer where they were", () => {
  const body = Buffer.from([0, 1, 2].map((n) => `{"create":{}}\n{"n":${n}}\n`).join(""));
  const { body: passed, refused } = withoutItems(body);
  expect(passed.toString()).toBe('{"create":{}}\n{"n":1}\n{"create":{}}\n{"n":2}\n');
  const answer = Buffer.from('{"errors":false,"items":[{"create":{"status":201}},{"create":{"status":201}}]}');
  const items = (
    JSON.parse(withRefusedItems(answer, refused, ITEM_ERRORS["item-429"]).toString()) as {
      items: { create: { status: number } }[];
    }
  ).items;
  expect(items.map(({ create }) => create.status)).toEqual([429, 201, 201]);
});

test("a request whose documents are all refused has an answer for each", () => {
  const body = Buffer.from([0, 1].map((n) => `{"create":{}}\n{"n":${n}}\n`).join(""));
  const { errors, items } = JSON.parse(allRefused(body).toString()) as {
    errors: boolean;
    items: { create: { status: number } }[];
  };
  expect([errors, items.map(({ create }) => create.status)]).toEqual([true, [400, 400]]);
});

test("Kafka's requests are found whatever the chunks are", () => {
  const frame = Buffer.from([0, 0, 0, 4, 0, 8, 0, 1]);
  const frames = new RequestFrames();
  expect([...frames.add(frame.subarray(0, 5))]).toEqual([]);
  expect([...frames.add(Buffer.concat([frame.subarray(5), frame]))].map(({ apiKey }) => apiKey)).toEqual([8, 8]);
});

test("counters of processes that end are added up, and of a gauge the most is kept", () => {
  const meter = new Meter();
  const [first, second] = [{}, {}];
  meter.add(first, 'log_consumer_retries_total{cause="network"} 5\nlog_consumer_waiting 1\n');
  meter.reset();
  meter.add(first, 'log_consumer_retries_total{cause="network"} 7\nlog_consumer_waiting 1\n');
  meter.add(second, 'log_consumer_retries_total{cause="network"} 4\nlog_consumer_waiting 0\n');
  expect(Object.fromEntries(meter.moved)).toEqual({ 'retries_total{cause="network"}': 6, waiting: 1 });
});

test("a metric that did not tell of a fault is named, with what it did", () => {
  const moved: [string, number][] = [
    ['retries_total{cause="network"}', 1],
    ["waiting", 1],
  ];
  expect(silent("elasticsearch-kill", new Map([...moved, ['lag{partition="1"}', 150]]))).toEqual([]);
  expect(silent("elasticsearch-kill", new Map([...moved, ["lagging", 150]]))).toEqual([
    "lag moved by 0, and elasticsearch-kill should move it by 100",
  ]);
  expect(silent("hold", new Map([['retries_total{cause="timeout"}', 1]]))).toEqual([
    "waiting moved by 0, and hold should move it by 1",
  ]);
});

test("every fault is tried alone and has a metric that tells of it", () => {
  expect(stageSchedules().map(({ faults }) => faults[0]!.fault)).toEqual([...FAULTS]);
  for (const fault of FAULTS) expect(TELLING[fault]).not.toEqual([]);
});

test("a fault that there is not is refused with those that there are", () => {
  expect(() => requireFaults(["terminate", "hold"])).not.toThrow();
  expect(() => requireFaults(["terminate", "flood"])).toThrow(new UserError(requireFaultsMessage));
});

test("a schedule that failed is run again by a command", () => {
  expect(commandFor(stageSchedules(["hold"])[0]!, undefined)).toBe("npm run test:faults -- --schedules 0 --only hold");
  expect(commandFor(scheduleOf(7), undefined)).toBe("npm run test:faults -- --seed 7 --schedules 1");
  expect(commandFor(scheduleOf(7, ["terminate", "hold"]), ["terminate", "hold"])).toBe(
    "npm run test:faults -- --seed 7 --schedules 1 --only terminate --only hold",
  );
});

const requireFaultsMessage = `no such fault: flood. '--only' takes one of ${[...FAULTS].sort().join(", ")}.`;

test("a bed's name is of faults, as it names containers and a directory that is made anew", () => {
  expect(() => requireBed("faults-2")).not.toThrow();
  for (const wrong of ["Two beds", "state", "faults-", "faults/../state"])
    expect(() => requireBed(wrong)).toThrow(
      new UserError(
        `'--bed' is ${wrong}: it must be 'faults', or 'faults-' and up to 24 lower-case letters and digits`,
      ),
    );
});

test("docs/faults.md says of every fault which metrics must move", () => {
  const text = readFileSync(join(__dirname, "../../docs/faults.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([a-z0-9-]+)` \| .* \| ([^|]*) \| [^|]* \|$/gm)];
  const said = rows.map(([, fault, metrics]) => [
    fault,
    [...metrics!.matchAll(/`([^`]+)`/g)].map(([, metric]) => metric),
  ]);
  expect(said).toEqual(FAULTS.map((fault) => [fault, TELLING[fault].map(({ metric }) => metric)]));
});
