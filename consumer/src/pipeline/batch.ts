import type { Rejected } from "../elasticsearch/bulk-sender";
import type { SourceRecord } from "./log-source";
import type { OffsetTracker, Span } from "./offset-tracker";

/** Numbers of each document in {@link Batch}'s list: outside of the engine's heap, where a batch lives long enough to grow old. */
const STRIDE = 8;
/** Of a new batch's list, in documents; it grows twofold. */
const FIRST_DOCUMENTS = 1024;
const NO_KEY = -1;

/**
 * Documents on their way to Elasticsearch: the body of a bulk request, and for each of its documents the message that it came
 * from, which is what a dead letter consists of.
 *
 * Both are in one buffer, the body from its start and the messages from its end. A message as it was read would keep the whole
 * answer of Kafka that it is a part of, and some objects, for as long as the batch is under way: memory that only a full
 * garbage collection gives back.
 */
export class Batch {
  /**
   * Of each document: where its lines end in the body, and of its message the partition, the offset, the timestamp, where it is
   * in the buffer, bytes of its key, of its value, and which of {@link topicIds} it is from.
   */
  private numbers = new Float64Array(FIRST_DOCUMENTS * STRIDE);
  /** A batch that is being filled while the topic is deleted and created again has messages of both. */
  private readonly topicIds: (string | undefined)[] = [];
  private count = 0;
  private readonly spans = new Map<number, Span>();
  private readonly invalid: Rejected[] = [];
  private length = 0;
  /** Bytes of messages. */
  private kept = 0;
  private invalidBytes = 0;

  constructor(
    private buffer: Buffer,
    readonly createdAt: number,
  ) {}

  get documents(): number {
    return this.count;
  }

  /** Messages, whether they became documents or not. */
  get messages(): number {
    return this.documents + this.invalid.length;
  }

  /** Of the body, and of the messages that became no documents. */
  get bytes(): number {
    return this.length + this.invalidBytes;
  }

  /** Messages that became no documents. */
  get rejected(): readonly Rejected[] {
    return this.invalid;
  }

  /** When the oldest message was sent, in ms. */
  get oldest(): number {
    return this.count === 0 ? this.createdAt : this.numbers[3]!;
  }

  /**
   * Adds a document; false if it and its message do not fit, which an empty batch never says.
   *
   * @param lines the action and the document, each with its line feed
   */
  add(lines: string, source: SourceRecord): boolean {
    const messageBytes = (source.key?.length ?? 0) + (source.value?.length ?? 0);
    const room = this.buffer.length - this.kept - messageBytes;
    // A character is at most three bytes; counting them exactly is only needed near the end of the room.
    if (this.length + lines.length * 3 > room) {
      const bytes = Buffer.byteLength(lines);
      if (this.length + bytes > room) {
        if (this.documents > 0) return false;
        this.buffer = Buffer.allocUnsafe(bytes + messageBytes);
      }
    }
    this.length += this.buffer.write(lines, this.length);
    this.keep(source, messageBytes);
    return true;
  }

  /** Takes a message that cannot become a document; it is part of the batch, so that its offset waits for its dead letter. */
  reject(rejected: Rejected): void {
    this.invalid.push(rejected);
    this.invalidBytes += rejected.source.value?.length ?? 0;
  }

  /** Counts a record as part of this batch, whether it became a document or not. */
  cover(tracker: OffsetTracker, assignment: number, partition: number, end: number): void {
    const span = this.spans.get(partition);
    if (span && span.assignment === assignment) {
      span.end = end;
      return;
    }
    const opened = tracker.open(assignment, partition, end);
    // A span of an earlier assignment has nothing to say any more.
    if (opened) this.spans.set(partition, opened);
  }

  /** The message of a document; what it holds is the batch's own and goes with it. */
  source(index: number): SourceRecord {
    const at = index * STRIDE;
    const [, partition, offset, timestamp, start, keyBytes, valueBytes, topic] = this.numbers.subarray(at, at + STRIDE);
    const valueStart = start! + Math.max(0, keyBytes!);
    return {
      topicId: this.topicIds[topic!],
      partition: partition!,
      offset: offset!,
      timestamp: timestamp!,
      key: keyBytes === NO_KEY ? null : this.buffer.subarray(start, valueStart),
      value: this.buffer.subarray(valueStart, valueStart + valueBytes!),
    };
  }

  /** The body of a request for some of the documents, given by their ascending numbers; for all of them if none are given. */
  body(indices?: readonly number[]): Buffer {
    if (indices === undefined || indices.length === this.documents) return this.buffer.subarray(0, this.length);
    return Buffer.concat(indices.map((index) => this.buffer.subarray(this.start(index), this.end(index))));
  }

  size(index: number): number {
    return this.end(index) - this.start(index);
  }

  delivered(tracker: OffsetTracker): void {
    for (const span of this.spans.values()) tracker.deliver(span);
  }

  /** Gives the buffer back for another batch; nothing of this one may be read afterwards. */
  release(): Buffer {
    return this.buffer;
  }

  private start(index: number): number {
    return index === 0 ? 0 : this.end(index - 1);
  }

  private end(index: number): number {
    return this.numbers[index * STRIDE]!;
  }

  private keep({ topicId, partition, offset, timestamp, key, value }: SourceRecord, bytes: number): void {
    this.kept += bytes;
    const start = this.buffer.length - this.kept;
    const keyBytes = key === null ? 0 : key.copy(this.buffer, start);
    const valueBytes = value === null ? 0 : value.copy(this.buffer, start + keyBytes);
    const at = this.count++ * STRIDE;
    if (at === this.numbers.length) this.grow();
    const { numbers } = this;
    numbers[at] = this.length;
    numbers[at + 1] = partition;
    numbers[at + 2] = offset;
    numbers[at + 3] = timestamp;
    numbers[at + 4] = start;
    numbers[at + 5] = key === null ? NO_KEY : keyBytes;
    numbers[at + 6] = valueBytes;
    if (this.topicIds.at(-1) !== topicId || this.topicIds.length === 0) this.topicIds.push(topicId);
    numbers[at + 7] = this.topicIds.length - 1;
  }

  private grow(): void {
    const grown = new Float64Array(this.numbers.length * 2);
    grown.set(this.numbers);
    this.numbers = grown;
  }
}
