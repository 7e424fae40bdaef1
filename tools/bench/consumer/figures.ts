export function rateOf({ documents, seconds }: { readonly documents: number; readonly seconds: number }): number {
  return documents / Math.max(seconds, 0.001);
}

export function perCpuSecond({
  documents,
  cpuSeconds,
}: {
  readonly documents: number;
  readonly cpuSeconds: number;
}): number {
  return documents / Math.max(cpuSeconds, 0.001);
}

/** The middle one; of an even number, the larger of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** A whole number with its thousands apart. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
