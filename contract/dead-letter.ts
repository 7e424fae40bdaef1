/** Why an event is in the dead-letter topic. */
export type DeadLetterReason =
  /** The Kafka message is not what a shipper writes: not JSON, or without a `message`. */
  | "envelope-invalid"
  /** Elasticsearch refused the document for good: a mapping conflict, a value out of range. */
  | "document-rejected"
  /** The document is larger than Elasticsearch takes in one request. */
  | "document-too-large";

/** Kafka headers of a dead letter. Its key and value are the original's, byte for byte. */
export const DEAD_LETTER_HEADER = {
  reason: "dead-letter.reason",
  /** What Elasticsearch or the parser said. */
  detail: "dead-letter.detail",
  /** When it was given up, ISO 8601. */
  time: "dead-letter.time",
  topic: "dead-letter.topic",
  partition: "dead-letter.partition",
  offset: "dead-letter.offset",
  /** Of the line, where it is known; see {@link LineOrigin}. */
  host: "dead-letter.line.host",
  file: "dead-letter.line.file",
  lineOffset: "dead-letter.line.offset",
} as const;

/** A dead letter as `dead-letters` prints it, one JSON object a line. */
export interface DeadLetter {
  readonly reason: DeadLetterReason;
  readonly detail: string;
  readonly time: string;
  readonly source: { readonly topic: string; readonly partition: number; readonly offset: string };
  /** Absent where the envelope did not tell. */
  readonly line?: { readonly host: string; readonly file: string; readonly offset: number };
  /** The original message, as UTF-8. */
  readonly value: string;
}
