import { DEAD_LETTER_HEADER, type DeadLetter, type DeadLetterReason } from "../../contract/dead-letter";

/** Headers as Kafka has them: pairs of bytes, in order, with repetitions. */
export type RecordHeaders = readonly (readonly [Buffer | null, Buffer | null])[];

/** A dead letter as it is printed. */
export function readDeadLetter(headers: RecordHeaders, value: Buffer | null): DeadLetter {
  const texts = new Map(headers.map(([name, text]) => [name?.toString() ?? "", text?.toString() ?? ""]));
  const text = (name: string) => texts.get(name) ?? "";
  const { host, file, lineOffset } = DEAD_LETTER_HEADER;
  const hasLine = texts.has(file) && texts.has(lineOffset);
  return {
    reason: text(DEAD_LETTER_HEADER.reason) as DeadLetterReason,
    detail: text(DEAD_LETTER_HEADER.detail),
    time: text(DEAD_LETTER_HEADER.time),
    source: {
      topic: text(DEAD_LETTER_HEADER.topic),
      partition: Number(text(DEAD_LETTER_HEADER.partition)),
      offset: text(DEAD_LETTER_HEADER.offset),
    },
    ...(hasLine && { line: { host: text(host), file: text(file), offset: Number(text(lineOffset)) } }),
    value: value?.toString() ?? "",
  };
}
