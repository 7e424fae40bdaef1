/**
 * Numbers as Elasticsearch writes them. It answers a value as it was given, so the unit is always the largest that is exact:
 * what is put twice is the same text.
 */

/** As in `36h`. */
export function durationText(milliseconds: number): string {
  return inLargestUnit(milliseconds, [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
    ["ms", 1],
  ]);
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
