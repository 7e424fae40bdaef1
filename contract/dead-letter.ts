/** Why an event is in the dead-letter topic. */
export const DEAD_LETTER_REASONS = [
  /** The Kafka message is not what a shipper writes: not JSON, or without a `message`. */
  "envelope-invalid",
  /** Elasticsearch refused the document for good: a mapping conflict, a value out of range. */
  "document-rejected",
  /** The document is larger than Elasticsearch takes in one request. */
  "document-too-large",
] as const;

export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** Kafka headers of a dead letter. Its key and value are the original's, byte for byte. */
export const DEAD_LETTER_HEADER = {
  reason: "dead-letter.reason",
  /** What Elasticsearch or the parser said. */
  detail: "dead-letter.detail",
  /** When it was given up, ISO 8601. */
  time: "dead-letter.time",
  topic: "dead-letter.topic",
  /** Kafka's id of that topic. Absent in dead letters that were written before it was kept. */
  topicId: "dead-letter.topic-id",
  partition: "dead-letter.partition",
  offset: "dead-letter.offset",
  /** Kafka's time of the message, in ms since 1970: what its line is given if nothing else tells one. */
  timestamp: "dead-letter.timestamp",
  /** Of the line, where it is known; see {@link LineOrigin}. */
  host: "dead-letter.line.host",
  file: "dead-letter.line.file",
  lineOffset: "dead-letter.line.offset",
  /**
   * Of a note instead of a dead letter: the message at `topic`, `partition` and `offset` is in Elasticsearch since then, ISO 8601.
   * It has no value. It is in the partition of its dead letter, behind it, so that Kafka deletes it later.
   */
  replayed: "dead-letter.replayed",
} as const;

/** A dead letter as `dead-letters list` of the consumer's program prints it, one JSON object a line. */
export interface DeadLetter {
  readonly reason: DeadLetterReason;
  readonly detail: string;
  readonly time: string;
  readonly source: {
    readonly topic: string;
    /** Kafka's id of the topic, which a topic of the same name that is created later does not share. Absent in old dead letters. */
    readonly topicId?: string;
    readonly partition: number;
    readonly offset: string;
    /** In ms since 1970. Absent in those that were written before it was kept. */
    readonly timestamp?: number;
  };
  /** As the line's document would have it. Absent where that cannot be told. */
  readonly service?: string;
  /** Absent where the envelope did not tell. */
  readonly line?: { readonly host: string; readonly file: string; readonly offset: number };
  /** When its line was indexed after all. */
  readonly replayed?: string;
  /** The original message, as UTF-8. Absent with `--no-value`. */
  readonly value?: string;
}

/** Why a dead letter is still one after a replay. */
export interface StillRefused {
  readonly source: Pick<DeadLetter["source"], "partition" | "offset">;
  readonly reason: DeadLetterReason;
  readonly detail: string;
}

/** What `dead-letters replay` of the consumer's program prints: a line for each that is refused, and the sum on the last. */
export type ReplayOutput =
  | { readonly kind: "refused"; readonly refused: StillRefused }
  /** With `dryRun`, `indexed` is what would be sent to Elasticsearch. */
  | { readonly kind: "sum"; readonly dryRun: boolean; readonly indexed: number; readonly refused: number };
