import { expect, test } from "@jest/globals";
import { Size } from "../../../constructs/core/size";
import { brokerHeap, brokerHeapProblems } from "../../../constructs/kafka/heap";

const mebibytes = Size.mebibytes.bind(Size);

test("the heap is half of the memory", () => {
  expect(brokerHeap(mebibytes(768)).toString()).toBe("384 MiB");
});

test.each([
  [256, 512],
  [512, 768],
  [100, 356],
])("a heap of %d MiB fits into %d MiB", (heap, memory) => {
  expect(brokerHeapProblems(mebibytes(heap), mebibytes(memory))).toEqual([]);
  expect(brokerHeapProblems(mebibytes(heap), mebibytes(memory - 1))).toEqual([
    `Kafka: 'memory' (${mebibytes(memory - 1)}) must be at least ${mebibytes(memory)}: 'heap' (${mebibytes(heap)}) and 256 MiB beside it; give more memory or lower the heap`,
  ]);
});
