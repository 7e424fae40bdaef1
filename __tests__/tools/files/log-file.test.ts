import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileSequence } from "../../../tools/files/file-sequence";
import { LogFile } from "../../../tools/files/log-file";

let directory: string;
let file: LogFile;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "log-file-"));
  file = new LogFile(directory, "orders", true);
});

afterEach(() => rmSync(directory, { recursive: true }));

const LONG = "x".repeat(2_000);

describe("a log file", () => {
  test("has the lines that were appended since it was put aside", () => {
    file.append("one\n", [1]);
    const rotated = file.rename();
    file.append("two\n", [2]);
    expect([...file.lines]).toEqual([2]);
    expect(readFileSync(rotated!, "utf8")).toBe("one\n");
    expect(basename(rotated!)).toMatch(/^orders-2026-01-01T00-00-00\.000\.log$/);
  });

  test("never has two rotated files of one name", () => {
    for (const line of [1, 2, 3]) {
      file.append("line\n", [line]);
      file.rename();
    }
    expect(new Set(readdirSync(directory)).size).toBe(3);
  });

  test("that was emptied stays below its former size until a line of it has arrived", () => {
    file.append(LONG, [1]);
    const copy = file.copyAndTruncate();
    expect(readFileSync(copy!, "utf8")).toBe(LONG);
    expect([file.hasRoomFor("x".repeat(1_999)), file.hasRoomFor(LONG)]).toEqual([true, false]);
    file.arrived(file.generation - 1);
    expect(file.hasRoomFor(LONG)).toBe(false);
    file.arrived(file.generation);
    expect(file.hasRoomFor(LONG)).toBe(true);
  });

  test("is long enough to be emptied from 2,000 bytes on", () => {
    file.append("x".repeat(1_999), [1]);
    expect(file.isLong).toBe(false);
    file.append("x", [2]);
    expect(file.isLong).toBe(true);
  });

  test("that is not there is neither rotated nor copied", () => {
    expect([file.rename(), file.copyAndTruncate()]).toEqual([undefined, undefined]);
    file.append(LONG, [1]);
    file.remove();
    expect(existsSync(join(directory, "orders.log"))).toBe(false);
  });
});

test("a sequence is the same for the same seed, and has every action", () => {
  const take = (seed: number, count: number) => {
    const steps = fileSequence(seed, 4);
    return Array.from({ length: count }, () => steps.next().value);
  };
  expect(take(1, 50)).toEqual(take(1, 50));
  expect(take(1, 50)).not.toEqual(take(2, 50));
  expect(new Set(take(1, 2_000).map(({ action }) => action)).size).toBe(11);
});
