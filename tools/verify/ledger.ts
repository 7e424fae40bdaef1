import { fileFamily } from "../../contract/line-origin";

/** Where a line begins: what a written line, a document and a dead letter have in common. */
export interface LinePosition {
  readonly file: string;
  /** Of its first byte. */
  readonly offset: number;
}

export interface Account {
  readonly written: number;
  readonly indexed: number;
  readonly deadLettered: number;
  /** Written, but neither indexed nor dead-lettered. */
  readonly lost: readonly LinePosition[];
  /** Found more than once, as documents or as a document and a dead letter. */
  readonly doubled: readonly LinePosition[];
}

/** The same line has the same key before and after its file was rotated. */
export function positionKey({ file, offset }: LinePosition): string {
  return `${fileFamily(file)}:${offset}`;
}

/** Holds what was written against what arrived. What arrived without having been written does not count here. */
export function account(
  written: readonly LinePosition[],
  indexed: readonly LinePosition[],
  deadLettered: readonly LinePosition[],
): Account {
  const inIndex = countByKey(indexed);
  // A dead letter is produced at least once: the same line twice in that topic is no second event.
  const inDeadLetters = new Set(deadLettered.map(positionKey));
  const arrivals = (line: LinePosition) => {
    const key = positionKey(line);
    return (inIndex.get(key) ?? 0) + (inDeadLetters.has(key) ? 1 : 0);
  };
  return {
    written: written.length,
    indexed: written.filter((line) => inIndex.has(positionKey(line))).length,
    deadLettered: written.filter((line) => inDeadLetters.has(positionKey(line))).length,
    lost: written.filter((line) => arrivals(line) === 0),
    doubled: written.filter((line) => arrivals(line) > 1),
  };
}

function countByKey(positions: readonly LinePosition[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const position of positions) {
    const key = positionKey(position);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
