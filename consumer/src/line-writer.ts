import { once } from "node:events";
import type { Writable } from "node:stream";

/** Prints lines as fast as they are read, so that memory does not fill with those that nobody has read yet. */
export function createLineWriter(out: Writable): (line: string) => Promise<void> {
  // Whoever reads may have seen enough, as `head` has.
  out.on("error", () => process.exit(0));
  return async (line) => {
    if (!out.write(`${line}\n`)) await once(out, "drain");
  };
}
