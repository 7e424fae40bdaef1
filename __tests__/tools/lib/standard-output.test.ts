import { describe, expect, test } from "@jest/globals";
import { PassThrough } from "node:stream";
import { printLines } from "../../../tools/lib/standard-output";

async function* numbers(taken: number[]) {
  for (let n = 0; n < 1000; n++) {
    taken.push(n);
    yield await Promise.resolve(String(n));
  }
}

describe("printLines", () => {
  test("takes no line before somebody reads the last", async () => {
    const out = new PassThrough({ highWaterMark: 1 });
    const taken: number[] = [];
    void printLines(numbers(taken), out);
    await new Promise(setImmediate);
    expect(taken.length).toBeLessThan(5);
  });

  test("takes no more once one cannot be written", async () => {
    const out = new PassThrough().on("error", () => undefined);
    const taken: number[] = [];
    out.destroy(new Error("no reader"));
    await printLines(numbers(taken), out);
    expect(taken).toEqual([0]);
  });
});
