import { DEAD_LETTER_HEADER } from "../../../contract/dead-letter";
import { parseEnvelope } from "../document/envelope";
import type { Rejected } from "../elasticsearch/bulk-sender";

/** Longest `detail`, in characters. */
export const MAX_DETAIL = 1000;
/** Linux takes no longer path (PATH_MAX); an envelope may claim any. */
const MAX_PATH = 4096;

/**
 * How much of its message a dead letter keeps: all, the start of the value, or no more than its place in the topic of lines and
 * the reason, with which it can be found as long as Kafka has the line.
 */
export type Extent = "whole" | { readonly valueBytes: number } | "place";

/** The next smaller extent, for a topic that takes no larger one; undefined if there is none. */
export function smaller(extent: Extent, valueBytes: number): Extent | undefined {
  if (extent === "place") return undefined;
  const kept = extent === "whole" ? valueBytes : extent.valueBytes;
  return kept > 0 ? { valueBytes: Math.floor(kept / 2) } : "place";
}

/** The record of a dead letter. @param topic where its message came from */
export function deadLetterMessage(topic: string, rejected: Rejected, extent: Extent) {
  const { key, value } = rejected.source;
  const texts = extent === "place" ? placeHeaders(topic, rejected) : headers(topic, rejected);
  const kept = typeof extent === "object" ? (value?.subarray(0, extent.valueBytes) ?? null) : value;
  return {
    ...(key === null || extent === "place" ? {} : { key }),
    ...(kept === null || extent === "place" ? {} : { value: kept }),
    headers: new Map(Object.entries(texts).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
  };
}

function placeHeaders(topic: string, { source, reason }: Rejected): Record<string, string> {
  return {
    [DEAD_LETTER_HEADER.reason]: reason,
    [DEAD_LETTER_HEADER.time]: new Date().toISOString(),
    [DEAD_LETTER_HEADER.topic]: topic,
    ...(source.topicId === undefined ? {} : { [DEAD_LETTER_HEADER.topicId]: source.topicId }),
    [DEAD_LETTER_HEADER.partition]: String(source.partition),
    [DEAD_LETTER_HEADER.offset]: String(source.offset),
    [DEAD_LETTER_HEADER.timestamp]: String(source.timestamp),
  };
}

function headers(topic: string, rejected: Rejected): Record<string, string> {
  const envelope = parseEnvelope(rejected.source.value);
  const line = typeof envelope === "string" ? undefined : envelope.origin;
  return {
    ...placeHeaders(topic, rejected),
    [DEAD_LETTER_HEADER.detail]: rejected.detail.slice(0, MAX_DETAIL),
    ...(line && {
      [DEAD_LETTER_HEADER.host]: line.host.slice(0, MAX_PATH),
      [DEAD_LETTER_HEADER.file]: line.file.slice(0, MAX_PATH),
      [DEAD_LETTER_HEADER.lineOffset]: String(line.offset),
    }),
  };
}
