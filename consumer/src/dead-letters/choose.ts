import type { DeadLetterReason } from "../../../contract/dead-letter";
import { serviceNameOf } from "../document/dead-letter-document";
import { Normaliser } from "../document/normaliser";
import { offsetNumber, Places } from "./places";
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
  /** At most so many are read. */
  count(): Promise<number>;
  /** The same records at each call. */
  read(): AsyncIterable<DeadLetterRecord>;
}

export interface ChosenLetter {
  readonly record: DeadLetterRecord;
  readonly service: string | undefined;
  readonly replayed: string | undefined;
}

/** Records whose places are kept at once, in 16 MiB at most. */
const MOST_AT_ONCE = 500_000;

/**
 * The dead letters that are meant, each once. One that was replayed is done, wherever its note is: the topic is read twice,
 * for what it says of its letters first. Of very many records it is read twice for each share of them, so that memory stays
 * the same however many there are.
 */
export async function* choose(
  records: DeadLetterRecords,
  choice: Choice,
  mostAtOnce = MOST_AT_ONCE,
): AsyncGenerator<ChosenLetter> {
  const shares = Math.max(1, Math.ceil((await records.count()) / mostAtOnce));
  for (let share = 0; share < shares; share++) yield* chooseOf(shareOf(records, share, shares), choice);
}

/** What is at a place, and the notes of it, are in the same share. */
async function* recordsOfShare(records: DeadLetterRecords, share: number, shares: number) {
  for await (const record of records.read())
    if (offsetNumber(record.letter.source.offset) % shares === share) yield record;
}

function shareOf(records: DeadLetterRecords, share: number, shares: number): Pick<DeadLetterRecords, "read"> {
  return shares === 1 ? records : { read: () => recordsOfShare(records, share, shares) };
}

async function* chooseOf(records: Pick<DeadLetterRecords, "read">, choice: Choice): AsyncGenerator<ChosenLetter> {
  const replayedAt = new Places();
  for await (const { letter, replayed } of records.read()) {
    if (replayed !== undefined) replayedAt.set(letter.source, Date.parse(replayed));
  }
  // A consumer that was killed between a dead letter and its commit has written it twice.
  const seen = new Places();
  const normaliser = new Normaliser("logs-app-any");
  for await (const record of records.read()) {
    const { source } = record.letter;
    if (record.replayed !== undefined || seen.get(source) !== undefined) continue;
    const replayed = timeText(replayedAt.get(source));
    if (!isMeant(record, replayed, choice)) continue;
    const service = serviceNameOf(normaliser, sourceOf(record), Date.now());
    if (choice.services && !choice.services.includes(service ?? "")) continue;
    seen.set(source, 1);
    yield { record, service, replayed };
  }
}

function timeText(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  return Number.isNaN(ms) ? "unknown" : new Date(ms).toISOString();
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
