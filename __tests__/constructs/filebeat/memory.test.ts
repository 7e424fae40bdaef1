import { expect, test } from "@jest/globals";
import { Size } from "../../../constructs/core/size";
import { goMemoryLimit, memoryFor, memoryProblems, queueEvents } from "../../../constructs/filebeat/memory";
import { MAX_LINE_BYTES } from "../../../contract/size-limits";

test("the queue's longest lines fit into the memory twice, beside Filebeat itself", () => {
  const memory = Size.mebibytes(512);
  const bytes = queueEvents(memory, MAX_LINE_BYTES) * MAX_LINE_BYTES * 2;
  expect(bytes).toBeLessThan(memory.toBytes() - Size.mebibytes(96).toBytes());
});

test("shorter lines are a longer queue, up to a bound", () => {
  const memory = Size.mebibytes(384);
  expect(queueEvents(memory, MAX_LINE_BYTES / 4)).toBeGreaterThan(3 * queueEvents(memory, MAX_LINE_BYTES));
  expect(queueEvents(memory, 100)).toBe(4_096);
});

test.each([32, 100, 333])("the memory for %d events holds them, and a MiB less does not", (events) => {
  const memory = memoryFor(events, MAX_LINE_BYTES);
  expect(queueEvents(memory, MAX_LINE_BYTES)).toBe(events);
  expect(queueEvents(Size.mebibytes(memory.toMebibytes() - 1), MAX_LINE_BYTES)).toBeLessThan(events);
});

test("the smallest memory for the longest line is refused one MiB below", () => {
  expect(memoryProblems(Size.mebibytes(247), MAX_LINE_BYTES)).toEqual([]);
  expect(memoryProblems(Size.mebibytes(246), MAX_LINE_BYTES)).toEqual([
    "'filebeat.memory' (246 MiB) cannot hold Filebeat's smallest queue, 32 lines of 'filebeat.maxLine' (1 MiB), each as it was read and as JSON, beside its own 187104 KiB: give at least 247 MiB or lower 'filebeat.maxLine'",
  ]);
});

test("Go's heap stays below the container's limit", () => {
  expect(goMemoryLimit(Size.mebibytes(384))).toBe("326MiB");
});
