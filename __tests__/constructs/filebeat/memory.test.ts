import { expect, test } from "@jest/globals";
import { Size } from "../../../constructs/core/size";
import { goMemoryLimit, memoryProblems, queueEvents } from "../../../constructs/filebeat/memory";
import { MAX_LINE_BYTES, minMessageBytes } from "../../../contract/size-limits";

test("the queue's longest lines fit into the memory, beside Filebeat itself", () => {
  const memory = Size.mebibytes(512);
  const bytes = queueEvents(memory, MAX_LINE_BYTES) * minMessageBytes(MAX_LINE_BYTES);
  expect(bytes).toBeLessThan(memory.toBytes() - Size.mebibytes(96).toBytes());
});

test("shorter lines are a longer queue, up to a bound", () => {
  const memory = Size.mebibytes(384);
  expect(queueEvents(memory, MAX_LINE_BYTES / 4)).toBeGreaterThan(2 * queueEvents(memory, MAX_LINE_BYTES));
  expect(queueEvents(memory, 100)).toBe(4_096);
});

test("the smallest memory for the longest line is refused one MiB below", () => {
  expect(memoryProblems(Size.mebibytes(376), MAX_LINE_BYTES)).toEqual([]);
  expect(memoryProblems(Size.mebibytes(375), MAX_LINE_BYTES)).toEqual([
    "'filebeat.memory' (375 MiB) cannot hold Filebeat's smallest queue, 32 lines of 'filebeat.maxLine' (1 MiB) of up to 6160 KiB each as JSON, beside its own 187104 KiB: give at least 376 MiB or lower 'filebeat.maxLine'",
  ]);
});

test("Go's heap stays below the container's limit", () => {
  expect(goMemoryLimit(Size.mebibytes(384))).toBe("326MiB");
});
