const PREFIX = "log_consumer_";

/** Adds up the metrics of consumers that come and go: a process that ended keeps what it was last read with. */
export class Meter {
  private readonly last = new WeakMap<object, ReadonlyMap<string, number>>();
  private totals = new Map<string, number>();

  /** From here on, counters tell what they grow by, and gauges the most that was seen. */
  reset(): void {
    this.totals = new Map();
  }

  get moved(): ReadonlyMap<string, number> {
    return this.totals;
  }

  /** @param process whose metrics are at this port; one that does not answer is left out */
  async scrape(process: object, port: number): Promise<void> {
    const text = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(1_000) })
      .then((answer) => answer.text())
      .catch(() => "");
    if (text !== "") this.add(process, text);
  }

  /** @param text what /metrics answers */
  add(process: object, text: string): void {
    const now = new Map<string, number>();
    const before = this.last.get(process);
    for (const [, name, value] of text.matchAll(new RegExp(`^${PREFIX}(\\S+) (\\S+)$`, "gm"))) {
      now.set(name!, Number(value));
      const total = this.totals.get(name!) ?? 0;
      this.totals.set(
        name!,
        isCounter(name!) ? total + Number(value) - (before?.get(name!) ?? 0) : Math.max(total, Number(value)),
      );
    }
    this.last.set(process, now);
  }
}

/** A counter, or a part of a histogram. */
function isCounter(name: string): boolean {
  return /_(total|sum|count|bucket)(\{|$)/.test(name);
}
