import type { Cpu } from "../../core/cpu";
import type { Size } from "../../core/size";
import type { Sized } from "./custom-resources";

/** A container of a JVM. No CPU limit: idle cores are better used than throttled away. */
export function sized(props: { readonly cpu: Cpu; readonly memory: Size; readonly heap: Size }): Sized {
  const heap = `${props.heap.toMebibytes()}m`;
  const memory = mebibytes(props.memory);
  return {
    // All of it from the start: memory that a node has promised is not taken back later.
    jvmOptions: { "-Xms": heap, "-Xmx": heap },
    resources: { requests: { cpu: props.cpu.toString(), memory }, limits: { memory } },
  };
}

/** As Kubernetes has it: `1024Mi`. */
export function mebibytes(size: Size): string {
  return `${size.toMebibytes()}Mi`;
}
