import type { DeadLetter } from "../../contract/dead-letter";
import type { LogSearch } from "./elasticsearch";
import type { LogFile, WrittenLine } from "./written-lines";

/** How a check reaches a running pipeline, wherever that runs. */
export interface PipelineAccess {
  readonly gatewayUrl: string;
  readonly jaegerUrl: string;
  readonly search: LogSearch;
  logFiles(): Promise<LogFile[]>;
  /** The complete lines of every log file beyond what `before` lists. */
  linesSince(before: readonly LogFile[]): Promise<WrittenLine[]>;
  /** What ships lines and is not ready to, in words; empty where all is. */
  unready(): Promise<string[]>;
  /** Adds to a file of the log directory, as a service would. */
  appendLog(file: string, content: Buffer): Promise<void>;
  deadLettersSince(time: Date): Promise<DeadLetter[]>;
  /** The lines that the consumer's own program for dead letters prints. @throws ExecError if it fails */
  deadLetters(args: readonly string[]): AsyncIterable<string>;
  /** Ends what was started to reach the pipeline. */
  close(): Promise<void>;
}

/** The consumer's own program for {@link DeadLetter}s, in its container: its memory is for the consumer, first of all. */
export function deadLettersCommand(args: readonly string[]): string[] {
  return ["node", "--max-old-space-size=64", "--max-semi-space-size=2", "/app/main.js", "dead-letters", ...args];
}

/** As {@link parseDeadLetters} reads it. */
export function deadLettersSinceCommand(time: Date): string[] {
  return ["list", "--since", time.toISOString()];
}

/** What {@link deadLettersCommand} printed. */
export function parseDeadLetters(output: string): DeadLetter[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as DeadLetter);
}
