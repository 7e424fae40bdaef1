import type { Indexing } from "../../contract/indexing";
import { dataStreamName, deadLetterStreamName, MONTHLY_INDEX_PATTERN } from "../../contract/names";

/** Where the consumer of an environment writes. */
export interface IndexTarget {
  /** Where lines are kept. */
  readonly indexing: Indexing;
  /** Of lines; with monthly indices, what documents say of where they belong. */
  readonly dataStream: string;
  readonly deadLetterStream: string;
}

/** @param namespace the last part of the names of its streams */
export function indexTarget(namespace: string, indexing: Indexing = "data-stream"): IndexTarget {
  return { indexing, dataStream: dataStreamName(namespace), deadLetterStream: deadLetterStreamName(namespace) };
}

/** The names that it must be allowed to create documents under. Those of months to come are known by their pattern only. */
export function writtenNames({ indexing, dataStream, deadLetterStream }: IndexTarget): readonly string[] {
  return [indexing === "monthly" ? MONTHLY_INDEX_PATTERN : dataStream, deadLetterStream];
}
