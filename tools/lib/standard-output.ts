import type { Writable } from "node:stream";

type Output = Pick<NodeJS.WriteStream, "on">;

/**
 * Keeps a command going when what it prints cannot be written, so that nothing it does is left half done. A reader that has
 * gone, as `head` has, is no failure. Any other one is said once, and the process ends with 1 where it would end with 0.
 */
export function tolerateLostOutput(standardOutput: Output, standardError: Output): void {
  let failed = false;
  standardOutput.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || failed) return;
    failed = true;
    console.error(`standard output cannot be written, so not everything was printed: ${error.message}`);
    process.once("exit", (code) => (process.exitCode = code || 1));
  });
  // Where this could be said is what cannot be written.
  standardError.on("error", () => undefined);
}

/** Prints lines as fast as they are read, so that memory does not fill with those that nobody has read yet; no more of them once one cannot be written. */
export async function printLines(lines: AsyncIterable<string>, standardOutput: Pick<Writable, "write">): Promise<void> {
  for await (const line of lines) {
    const failure = await new Promise((resolve) => standardOutput.write(`${line}\n`, resolve));
    if (failure) return;
  }
}
