import { DEAD_LETTER_HEADER, type DeadLetter, type DeadLetterReason } from "../../../contract/dead-letter";
import type { SourceRecord } from "../pipeline/log-source";

/** Headers as Kafka has them: pairs of bytes, in order, with repetitions. */
export type RecordHeaders = readonly (readonly [Buffer | null, Buffer | null])[];

/** A record of the dead-letter topic: a dead letter, or a note that one was replayed. */
export interface DeadLetterRecord {
  /** Of the dead-letter topic. */
  readonly partition: number;
  /** When it was written to that topic, in ms. */
  readonly writtenAt: number;
  /** Without what only its value tells. */
  readonly letter: Omit<DeadLetter, "value" | "service">;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** It is a note: of when the message at the letter's source was replayed. */
  readonly replayed: string | undefined;
}

/** A record as Kafka has it. */
export interface RawRecord extends Pick<DeadLetterRecord, "partition" | "writtenAt" | "key" | "value"> {
  readonly headers: RecordHeaders;
}

export function readRecord({ headers, ...record }: RawRecord): DeadLetterRecord {
  const texts = new Map(headers.map(([name, text]) => [name?.toString() ?? "", text?.toString() ?? ""]));
  return { ...record, letter: readLetter(texts), replayed: texts.get(DEAD_LETTER_HEADER.replayed) };
}

function readLetter(texts: ReadonlyMap<string, string>): DeadLetterRecord["letter"] {
  const text = (name: string) => texts.get(name) ?? "";
  const { host, file, lineOffset, timestamp, topicId } = DEAD_LETTER_HEADER;
  const hasLine = texts.has(file) && texts.has(lineOffset);
  return {
    reason: text(DEAD_LETTER_HEADER.reason) as DeadLetterReason,
    detail: text(DEAD_LETTER_HEADER.detail),
    time: text(DEAD_LETTER_HEADER.time),
    source: {
      topic: text(DEAD_LETTER_HEADER.topic),
      ...(texts.has(topicId) && { topicId: text(topicId) }),
      partition: Number(text(DEAD_LETTER_HEADER.partition)),
      offset: text(DEAD_LETTER_HEADER.offset),
      ...(texts.has(timestamp) && { timestamp: Number(text(timestamp)) }),
    },
    ...(hasLine && { line: { host: text(host), file: text(file), offset: Number(text(lineOffset)) } }),
  };
}

/** The message that a dead letter is, as it was read from the topic of lines. */
export function sourceOf({ letter: { source }, key, value, writtenAt }: DeadLetterRecord): SourceRecord {
  return {
    topicId: source.topicId,
    partition: source.partition,
    offset: Number(source.offset),
    key,
    value,
    // One that was written before the time was kept became a dead letter soon after it was sent.
    timestamp: source.timestamp ?? writtenAt,
  };
}
