import { Size } from "../core/size";

/**
 * Elasticsearch's heap: at most half of the memory it may use, so that the page cache gets the rest, and at most 30 GiB,
 * beyond which pointers are no longer compressed (Elasticsearch guide, "Advanced configuration", JVM heap size).
 */
export function elasticsearchHeap(memory: Size): Size {
  const half = memory.times(0.5);
  return half.toBytes() > MAX_HEAP.toBytes() ? MAX_HEAP : half;
}

export const MAX_HEAP = Size.gibibytes(30);

/** Half of it is heap, half of that again is for buffers beside it, and the JVM itself takes about 200 MiB. */
export const MIN_MEMORY = Size.gibibytes(1);

/** What is wrong with a stated heap; empty if nothing is. */
export function heapProblems(heap: Size, memory: Size): string[] {
  const largest = elasticsearchHeap(memory);
  if (heap.toBytes() <= largest.toBytes()) return [];
  return [
    `Elasticsearch: 'heap' (${heap}) must be at most ${largest}: half of 'memory' (${memory}) and never above ${MAX_HEAP}; lower it or give more memory`,
  ];
}

/** What is wrong with the memory of a node; empty if nothing is. @param fact what states it */
export function memoryProblems(memory: Size, fact = "memory"): string[] {
  if (memory.toBytes() >= MIN_MEMORY.toBytes()) return [];
  return [
    `Elasticsearch: '${fact}' (${memory}) must be at least ${MIN_MEMORY}: with less it is killed as soon as it has work to do; give more`,
  ];
}
