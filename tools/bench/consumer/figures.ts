export function rateOf({ documents, seconds }: { readonly documents: number; readonly seconds: number }): number {
  return documents / Math.max(seconds, 0.001);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
