import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { StringDecoder } from "node:string_decoder";

export interface ExecOptions {
  readonly cwd?: string;
  /** Added to the inherited environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to the child's standard input. @default none: standard input is empty */
  readonly input?: string | Buffer;
  /** Ends the child when aborted. */
  readonly signal?: AbortSignal;
  /** Called with every line of either stream, so that a long step can show that it is alive. */
  readonly onLine?: (line: string) => void;
  /** A file that receives both streams. @default not kept */
  readonly logFile?: string;
  /** Do not throw on a non-zero exit. @default false */
  readonly allowFailure?: boolean;
  /** Hand the terminal to the child instead of capturing its output. @default false */
  readonly inherit?: boolean;
  /**
   * The child is told of Ctrl-C and SIGTERM once each, and has the time that it needs to end in order: it is in no terminal's
   * group, or Ctrl-C would come to it twice, which Terraform takes for "at once". @default false
   */
  readonly endsItself?: boolean;
  /** Kill the child after so many milliseconds. @default no limit */
  readonly timeoutMs?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  /** A child that ends itself was told to, and may have ended well all the same. */
  readonly interrupted: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as it came, for what is not text. */
  readonly stdoutBytes: Buffer;
}

/** A child process that ended with a non-zero exit code or a signal. */
export class ExecError extends Error {
  override readonly name = "ExecError";
  constructor(
    readonly command: string,
    readonly result: ExecResult,
    readonly logFile: string | undefined,
  ) {
    const output = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-20).join("\n");
    super(
      `'${command}' exited with ${result.exitCode}${logFile ? ` (whole output: ${logFile})` : ""}${output && `:\n${output}`}`,
    );
  }
}

/** Runs a program without a shell and collects its output. Rejects with {@link ExecError} unless it exits with 0. */
export function exec(program: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const command = [program, ...args].join(" ");
  return new Promise((resolve, reject) => {
    if (options.logFile) mkdirSync(dirname(options.logFile), { recursive: true });
    const log = options.logFile ? createWriteStream(options.logFile) : undefined;
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: options.inherit ? "inherit" : [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      detached: options.endsItself ?? false,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.timeoutMs ? { timeout: options.timeoutMs } : {}),
    });
    const forwarding = options.endsItself ? forwardSignals(child) : NOTHING_FORWARDED;
    const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    for (const name of ["stdout", "stderr"] as const) {
      // A chunk can end within a line, and within a character.
      const decoder = new StringDecoder("utf8");
      let rest = "";
      child[name]?.on("data", (chunk: Buffer) => {
        streams[name].push(chunk);
        log?.write(chunk);
        if (!options.onLine) return;
        const lines = (rest + decoder.write(chunk)).split(/\r?\n|\r/);
        rest = lines.pop() ?? "";
        for (const line of lines) if (line.trim()) options.onLine(line.trim());
      });
      child[name]?.on("end", () => {
        const last = (rest + decoder.end()).trim();
        if (last) options.onLine?.(last);
      });
    }
    // A child that ends without reading its input closes the pipe; its exit code tells the rest.
    child.stdin?.on("error", () => undefined);
    if (options.input !== undefined) child.stdin?.end(options.input);
    child.on("error", (error) => {
      forwarding.stop();
      log?.end();
      reject(error);
    });
    child.on("close", (code, signal) => {
      forwarding.stop();
      const stdoutBytes = Buffer.concat(streams.stdout);
      const result: ExecResult = {
        exitCode: code ?? (signal === "SIGINT" ? 130 : 143),
        interrupted: forwarding.happened(),
        stdoutBytes,
        stdout: stdoutBytes.toString(),
        stderr: Buffer.concat(streams.stderr).toString(),
      };
      const settle = () => {
        if (result.exitCode === 0 || options.allowFailure) resolve(result);
        else reject(new ExecError(command, result, options.logFile));
      };
      // The log is whole when the caller hears of the end.
      if (log) log.end(settle);
      else settle();
    });
  });
}

interface Forwarding {
  happened(): boolean;
  stop(): void;
}

const NOTHING_FORWARDED: Forwarding = { happened: () => false, stop: () => undefined };

/** A signal that is listened to no longer ends this process, which so waits for the child. */
function forwardSignals(child: ChildProcess): Forwarding {
  const signals = ["SIGINT", "SIGTERM"] as const;
  let happened = false;
  const forward = (signal: NodeJS.Signals): void => {
    happened = true;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  return {
    happened: () => happened,
    stop: () => {
      for (const signal of signals) process.off(signal, forward);
    },
  };
}

/** Whether a program is on the PATH. */
export async function hasProgram(program: string): Promise<boolean> {
  const result = await exec("/bin/sh", ["-c", `command -v -- "$1"`, "sh", program], { allowFailure: true });
  return result.exitCode === 0;
}
