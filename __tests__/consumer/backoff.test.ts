import { describe, expect, test } from "@jest/globals";
import { Backoff, sleep } from "../../consumer/src/backoff";

const waits = (count: number, random: () => number) => {
  const backoff = new Backoff({ initialMs: 100, maxMs: 1000, random });
  return Array.from({ length: count }, () => backoff.next());
};

describe("waits", () => {
  test("double up to the limit", () => {
    expect(waits(6, () => 1)).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  test("are any part of that, so that not all come back at once", () => {
    expect(waits(4, () => 0.5)).toEqual([50, 100, 200, 400]);
  });

  test("are never nothing", () => {
    expect(waits(3, () => 0)).toEqual([10, 10, 10]);
  });

  test("start over after a success, and never overflow", () => {
    const backoff = new Backoff({ initialMs: 100, maxMs: 1000, random: () => 1 });
    for (let i = 0; i < 5000; i++) expect(backoff.next()).toBeLessThanOrEqual(1000);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });
});

test("a sleep ends early, without an error, when it is aborted", async () => {
  const abort = new AbortController();
  const sleeping = sleep(60_000, abort.signal);
  abort.abort();
  await expect(sleeping).resolves.toBeUndefined();
  await expect(sleep(60_000, abort.signal)).resolves.toBeUndefined();
});
