import { fileFamily } from "../../contract/line-origin";

/** Where a line begins: what a written line, a document and a dead letter have in common. */
export interface LinePosition {
  /** Every host has the same paths. */
  readonly host: string;
  readonly file: string;
  /** Of its first byte. */
  readonly offset: number;
  /**
   * Of the line's request. Tells lines apart that stand at the same place before and after a rotation.
   * @default the place alone counts
   */
  readonly traceId?: string;
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
export function positionKey({ host, file, offset }: LinePosition): string {
  return `${host}:${fileFamily(file)}:${offset}`;
}

/** As {@link positionKey}, and the request that the line belongs to, where that is known. */
export function lineKey(line: LinePosition): string {
  return `${positionKey(line)}:${line.traceId ?? ""}`;
}

/** Holds what was written against what arrived. What arrived without having been written does not count here. */
export function account(
  written: readonly LinePosition[],
  indexed: readonly LinePosition[],
  deadLettered: readonly LinePosition[],
): Account {
  const inIndex = countByKey(indexed);
  const inIndexAs = (line: LinePosition) => inIndex.get(lineKey(line)) ?? 0;
  // A dead letter is produced at least once: the same line twice in that topic is no second event.
  const inDeadLetters = new Set(deadLettered.map(positionKey));
  const arrivals = (line: LinePosition) => {
    const key = positionKey(line);
    return inIndexAs(line) + (inDeadLetters.has(key) ? 1 : 0);
  };
  return {
    written: written.length,
    indexed: written.filter((line) => inIndexAs(line) > 0).length,
    deadLettered: written.filter((line) => inDeadLetters.has(positionKey(line))).length,
    lost: written.filter((line) => arrivals(line) === 0),
    doubled: written.filter((line) => arrivals(line) > 1),
  };
}

function countByKey(positions: readonly LinePosition[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const position of positions) {
    const key = lineKey(position);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
