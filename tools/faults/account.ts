import { DEAD_LETTER_HEADER } from "../../contract/dead-letter";
import type { Range } from "./observer";
import type { TopicMessage } from "./topic-reader";

export interface Found {
  /** What is in the topic of lines. */
  readonly messages: readonly TopicMessage[];
  readonly deadLetters: readonly TopicMessage[];
  /** How many documents Elasticsearch has of each number. */
  readonly indexed: ReadonlyMap<number, number>;
}

export interface Account {
  readonly indexed: number;
  readonly dead: number;
  /** Copies of a line in the topic beyond the first. */
  readonly duplicates: number;
  readonly problems: readonly string[];
}

/** The number that the driver has put into a message; undefined for what is not the driver's. */
export function numberOf(value: string): number | undefined {
  const found = /faults-line-(\d+)!/.exec(value);
  return found ? Number(found[1]) : undefined;
}

/** Whether each line that was written is exactly once where it belongs: in Elasticsearch, or in the dead-letter topic. */
export function accountOf({ from, to }: Range, { messages, deadLetters, indexed }: Found): Account {
  const copies = new Map<number, number>();
  for (const { value } of messages) add(copies, numberOf(value));
  const dead = deadNumbers(deadLetters);
  const problems: string[] = [];
  let [lines, letters, duplicates] = [0, 0, 0];
  for (let number = from; number <= to; number++) {
    const [documents, sources] = [indexed.get(number) ?? 0, dead.get(number)?.size ?? 0];
    duplicates += Math.max(0, (copies.get(number) ?? 0) - 1);
    if (!copies.has(number)) problems.push(`line ${number} is not in the topic, which took it`);
    if (documents === 0 && sources === 0) problems.push(`line ${number} is lost`);
    if (documents > 0 && sources > 0) problems.push(`line ${number} is indexed and a dead letter`);
    if (documents > 1) problems.push(`line ${number} is indexed ${documents} times`);
    // A message without an envelope has no identity but its place: each copy is a dead letter of its own.
    if (sources > (copies.get(number) ?? 0)) problems.push(`line ${number} is a dead letter of ${sources} places`);
    if (documents > 0) lines++;
    if (sources > 0) letters++;
  }
  return { indexed: lines, dead: letters, duplicates, problems };
}

/**
 * Messages below a committed offset that are neither indexed nor dead letters.
 *
 * @param committed by partition
 * @param from the first line of interest
 */
export function aheadOfDelivery(
  committed: ReadonlyMap<number, bigint>,
  { messages, deadLetters, indexed }: Found,
  from: number,
): string[] {
  const dead = deadNumbers(deadLetters);
  return messages.flatMap(({ partition, offset, value }) => {
    const number = numberOf(value);
    if (number === undefined || number < from || offset >= (committed.get(partition) ?? 0n)) return [];
    if (indexed.has(number) || dead.has(number)) return [];
    return [`line ${number} is below the committed offset of partition ${partition} and was not delivered`];
  });
}

/** By number, from which places; a place that was written twice counts once. */
export function deadNumbers(deadLetters: readonly TopicMessage[]): ReadonlyMap<number, ReadonlySet<string>> {
  const places = new Map<number, Set<string>>();
  for (const { value, headers } of deadLetters) {
    const number = numberOf(value);
    if (number === undefined) continue;
    const place = `${headers.get(DEAD_LETTER_HEADER.partition)}/${headers.get(DEAD_LETTER_HEADER.offset)}`;
    places.set(number, (places.get(number) ?? new Set()).add(place));
  }
  return places;
}

function add(counts: Map<number, number>, number: number | undefined): void {
  if (number !== undefined) counts.set(number, (counts.get(number) ?? 0) + 1);
}
