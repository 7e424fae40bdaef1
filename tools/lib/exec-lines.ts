import { spawn } from "node:child_process";
import { once } from "node:events";
import { StringDecoder } from "node:string_decoder";
import { ExecError } from "./exec";

/** Of what it says on standard error, in characters: the end tells why it failed. */
const KEPT = 20_000;

/**
 * Runs a program without a shell and yields the lines that it prints, as fast as they are taken: none is kept. Who takes no more
 * ends the program.
 *
 * @param env added to the inherited environment; `undefined` removes a variable
 * @throws ExecError unless it exits with 0
 */
export async function* execLines(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): AsyncGenerator<string> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close") as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  // What fails before all lines are read is thrown where they end.
  closed.catch(() => undefined);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-KEPT)));
  try {
    yield* linesOf(child.stdout);
    const [code, signal] = await closed;
    if (code === 0) return;
    const exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
    const result = { exitCode, interrupted: false, stdout: "", stderr, stdoutBytes: Buffer.alloc(0) };
    throw new ExecError([program, ...args].join(" "), result, undefined);
  } finally {
    child.kill();
  }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  // A chunk can end within a line, and within a character.
  const decoder = new StringDecoder("utf8");
  let begun: string[] = [];
  for await (const chunk of chunks) {
    const [first = "", ...more] = decoder.write(chunk).split("\n");
    begun.push(first);
    if (more.length === 0) continue;
    yield begun.join("");
    begun = [more.pop() ?? ""];
    yield* more;
  }
  const last = begun.join("") + decoder.end();
  if (last !== "") yield last;
}
