import type { Size } from "../core/size";

/**
 * Argument of Jaeger that bounds the traces it keeps in memory. It changes the configuration that the image carries, whose
 * default of 100,000 traces needs far more memory than there is.
 */
export function maxTracesArgument(memory: Size): string {
  return `--set=extensions.jaeger_storage.backends.some_storage.memory.max_traces=${maxTraces(memory)}`;
}

/** Ten spans of about a kilobyte a trace, in half of the memory; the rest is the program's and the garbage collector's. */
function maxTraces(memory: Size): number {
  return Math.floor(memory.toBytes() / 2 / (10 * 1024));
}
