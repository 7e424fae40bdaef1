import { once } from "node:events";
import type { Writable } from "node:stream";

const PROCESS = {
  end: (code: number): void => process.exit(code),
  complain: (text: string): unknown => process.stderr.write(text),
};

/** Prints lines as fast as they are read, so that memory does not fill with those that nobody has read yet. */
export function createLineWriter(out: Writable, { end, complain } = PROCESS): (line: string) => Promise<void> {
  out.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads may have seen enough, as `head` has.
    if (error.code === "EPIPE") return end(0);
    complain(`standard output cannot be written: ${error.message}\n`);
    end(1);
  });
  return async (line) => {
    if (!out.write(`${line}\n`)) await once(out, "drain");
  };
}
