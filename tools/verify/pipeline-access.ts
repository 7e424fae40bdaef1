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
  /** Adds to a file of the log directory, as a service would. */
  appendLog(file: string, content: Buffer): Promise<void>;
  deadLettersSince(time: Date): Promise<DeadLetter[]>;
  /** Prints dead letters as the consumer's own program reads them. */
  printDeadLetters(flags: readonly string[]): Promise<void>;
  /** Ends what was started to reach the pipeline. */
  close(): Promise<void>;
}

/** The consumer's own program for {@link DeadLetter}s, in its image. */
export function deadLettersCommand(flags: readonly string[]): string[] {
  return ["node", "/app/main.js", "dead-letters", ...flags];
}

/** What {@link deadLettersCommand} printed. */
export function parseDeadLetters(output: string): DeadLetter[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as DeadLetter);
}
