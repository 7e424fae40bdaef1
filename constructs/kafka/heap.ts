import { Size } from "../core/size";
import { Problems } from "../core/validation";

/** A broker's heap, unless it is stated: its data is best left to the page cache. */
export function brokerHeap(memory: Size): Size {
  return memory.times(0.5);
}

/**
 * The heap that a broker gets.
 *
 * @throws ConfigurationError if its memory cannot hold it
 */
export function checkedBrokerHeap({ heap, memory }: { readonly heap?: Size; readonly memory: Size }): Size {
  const chosen = heap ?? brokerHeap(memory);
  new Problems().add(brokerHeapProblems(chosen, memory)).throwIfAny();
  return chosen;
}

/** What is wrong with a heap in so much memory; empty if nothing is. */
export function brokerHeapProblems(heap: Size, memory: Size): string[] {
  const needed = Size.sum([heap, BESIDE_HEAP]);
  if (needed.toBytes() <= memory.toBytes()) return [];
  return [
    `Kafka: 'memory' (${memory}) must be at least ${needed}: 'heap' (${heap}) and ${BESIDE_HEAP} beside it; give more memory or lower the heap`,
  ];
}

/** Code, threads, buffers, the page cache, and for a moment the small JVM that asks whether the broker is ready. */
const BESIDE_HEAP = Size.mebibytes(256);
