import type { Size } from "./size";

/** `GOMEMLIMIT` of a Go program: below its container's limit, so that it collects garbage before it is killed. */
export function goMemoryLimit(memory: Size): string {
  return `${memory.times(0.8).toMebibytes()}MiB`;
}
