import type { DeadLetterReason } from "../../../contract/dead-letter";
import { serviceNameOf } from "../document/dead-letter-document";
import { Normaliser } from "../document/normaliser";
import { type DeadLetterRecord, sourceOf } from "./read";

/** Which dead letters are meant. What is not said excludes none. */
export interface Choice {
  readonly reasons?: readonly DeadLetterReason[];
  readonly services?: readonly string[];
  /** When they were given up. */
  readonly until?: Date;
  /** Of the topic that their messages were in. */
  readonly topic?: string;
  readonly place?: Place;
  /** Also those that were replayed. @default false */
  readonly replayed?: boolean;
}

/** Where a message was in the topic of lines. */
export interface Place {
  readonly partition: number;
  readonly offset: string;
}

export interface DeadLetterRecords {
  /** The same records at each call. */
  read(): AsyncIterable<DeadLetterRecord>;
}

export interface ChosenLetter {
  readonly record: DeadLetterRecord;
  readonly service: string | undefined;
  readonly replayed: string | undefined;
}

/**
 * The dead letters that are meant, each once. One that was replayed is done, wherever its note is: the topic is read twice,
 * for what it says of its letters first.
 */
export async function* choose(records: DeadLetterRecords, choice: Choice): AsyncGenerator<ChosenLetter> {
  const replayedAt = new Map<string, string>();
  for await (const { letter, replayed } of records.read()) {
    if (replayed !== undefined) replayedAt.set(placeKey(letter.source), replayed);
  }
  // A consumer that was killed between a dead letter and its commit has written it twice.
  const seen = new Set<string>();
  const normaliser = new Normaliser("logs-app-any");
  for await (const record of records.read()) {
    const key = placeKey(record.letter.source);
    if (record.replayed !== undefined || seen.has(key)) continue;
    const replayed = replayedAt.get(key);
    if (!isMeant(record, replayed, choice)) continue;
    const service = serviceNameOf(normaliser, sourceOf(record), Date.now());
    if (choice.services && !choice.services.includes(service ?? "")) continue;
    seen.add(key);
    yield { record, service, replayed };
  }
}

function isMeant({ letter }: DeadLetterRecord, replayed: string | undefined, choice: Choice): boolean {
  const { reasons, until, topic, place } = choice;
  const { source } = letter;
  if (replayed !== undefined && !choice.replayed) return false;
  if (reasons && !reasons.includes(letter.reason)) return false;
  if (until && !(Date.parse(letter.time) < until.getTime())) return false;
  if (topic !== undefined && source.topic !== topic) return false;
  return !place || (source.partition === place.partition && source.offset === place.offset);
}

function placeKey({ topic, topicId = "", partition, offset }: DeadLetterRecord["letter"]["source"]): string {
  return `${topic}/${topicId}/${partition}/${offset}`;
}
