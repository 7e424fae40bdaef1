/**
 * Numbers as Elasticsearch writes them. It answers a value as it was given, so the unit is always the largest that is exact:
 * what is put twice is the same text.
 */

const DURATIONS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** As in `36h`. */
export function durationText(milliseconds: number): string {
  return inLargestUnit(milliseconds, DURATIONS);
}

/** In ms, of what Elasticsearch writes as `36h` or `0ms`. @throws Error for anything else */
export function durationOf(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  const size = unit === undefined ? undefined : DURATIONS.find(([name]) => name === unit)?.[1];
  if (size === undefined) throw new Error(`'${text}' is no duration of Elasticsearch such as 36h`);
  return Number(amount) * size;
}

/** As in `50gb`, in powers of 1024. */
export function sizeText(bytes: number): string {
  return inLargestUnit(bytes, [
    ["gb", 1024 ** 3],
    ["mb", 1024 ** 2],
    ["kb", 1024],
    ["b", 1],
  ]);
}

function inLargestUnit(amount: number, units: readonly (readonly [unit: string, size: number])[]): string {
  const [unit, size] = units.find(([, each]) => amount >= each && amount % each === 0) ?? units.at(-1)!;
  return `${amount / size}${unit}`;
}
