/** A message as it was read. */
export interface SourceRecord {
  /** Kafka's id of the topic: an offset means nothing in another topic of that name. Undefined for old dead letters. */
  readonly topicId: string | undefined;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** When the broker took it, in ms; in a topic that is configured otherwise, whatever time its producer gave it. */
  readonly timestamp: number;
}

/** Records in order; an array is one. */
export interface Records {
  readonly length: number;
  /** Undefined beyond the last. */
  at(index: number): SourceRecord | undefined;
}

/** What one fetch brought of one partition, in order. */
export interface Chunk {
  /** Number of the assignment that it was read under. */
  readonly assignment: number;
  readonly partition: number;
  readonly records: Records;
  /** Where reading goes on: beyond the last record, and beyond what is no record (markers of transactions). */
  readonly nextOffset: number;
}

export interface SourceListener {
  /** Partitions are this consumer's, from these positions on, until the next call of either. */
  assigned(assignment: number, positions: ReadonlyMap<number, number>): void;
  /** They may be gone soon: the last moment to commit. */
  revoking(): void;
  /** They are gone. */
  revoked(): void;
}

/** Where log lines come from: a consumer group's share of a topic. */
export interface LogSource {
  start(listener: SourceListener): void;
  /** The next chunk; undefined if there is none for a while, so that the caller can show that it is alive. */
  poll(): Promise<Chunk | undefined>;
  /** Rejects if the offsets were not taken, for whatever reason; the next commit will have them again. */
  commit(assignment: number, offsets: ReadonlyMap<number, number>): Promise<void>;
  /** Whether the brokers have answered lately. */
  isReachable(): boolean;
  /** Offset after the last record of each assigned partition, as the brokers last told. */
  endOffsets(): ReadonlyMap<number, number>;
  /** Leaves the group, so that others need not wait until it is missed. */
  close(): Promise<void>;
}
