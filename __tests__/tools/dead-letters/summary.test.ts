import { describe, expect, test } from "@jest/globals";
import type { DeadLetter, StillRefused } from "../../../contract/dead-letter";
import { LetterSummary, RefusedSummary } from "../../../tools/dead-letters/summary";
import { Retained } from "../../support/retained";

const MANY = 200_000;

function letter(n: number): DeadLetter {
  return {
    reason: n % 4 === 0 ? "envelope-invalid" : "document-rejected",
    detail: "no",
    // Not in their order, as of several partitions.
    time: new Date(Date.UTC(2026, 0, 31) + ((n * 7919) % MANY)).toISOString(),
    source: { topic: "app-logs", partition: n % 8, offset: String(n) },
    service: `service-${n % 1000}`,
  };
}

describe("a summary of very many letters", () => {
  test("counts all, and keeps the newest and nothing else", async () => {
    const retained = new Retained();
    const summary = new LetterSummary(10);
    for (let n = 0; n < MANY; n++) summary.add(retained.watch(letter(n)));
    const times = Array.from({ length: 10 }, (_, n) => new Date(Date.UTC(2026, 0, 31) + MANY - 1 - n).toISOString());
    expect(summary.sorted().map(({ time }) => time)).toEqual(times);
    expect([summary.total, [...summary.reasons].map(([reason, { letters }]) => [reason, letters])]).toEqual([
      MANY,
      [
        ["envelope-invalid", MANY / 4],
        ["document-rejected", (MANY * 3) / 4],
      ],
    ]);
    expect(await retained.count()).toBeLessThan(150);
  });

  test("keeps no more names of services than are shown", () => {
    const summary = new LetterSummary(10);
    for (let n = 1; n < 4000; n += 4) summary.add(letter(n));
    expect(summary.reasons.get("document-rejected")?.services.slice(0, 2)).toEqual(["service-1", "service-101"]);
    expect(summary.reasons.get("document-rejected")?.services).toHaveLength(50);
  });
});

describe("a summary of what is still refused", () => {
  const refused = (n: number, detail: string): StillRefused => ({
    source: { partition: 0, offset: String(n) },
    reason: "document-rejected",
    detail,
  });

  test("keeps the first of each kind, and of very many kinds only some", async () => {
    const retained = new Retained();
    const summary = new RefusedSummary();
    for (let n = 0; n < MANY; n++)
      summary.add(
        retained.watch(refused(n, n % 2 === 0 ? `byte ${n}` : `field '${n.toString(2).replaceAll("0", "a")}'`)),
      );
    expect(summary.kinds()[0]).toEqual({ letters: MANY / 2, first: refused(0, "byte 0") });
    expect(summary.kinds()).toHaveLength(50);
    expect(summary.kinds().reduce((sum, { letters }) => sum + letters, summary.others())).toBe(MANY);
    expect(await retained.count()).toBe(50);
  });
});
