/**
 * Whether the loops are alive. Each says by when it will be back; one that is late is stuck, whatever it waits for.
 *
 * Waiting for Elasticsearch or Kafka is not being stuck: who waits for them comes back after each attempt.
 */
export class Liveness {
  private readonly deadlines = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The loop is alive and will say so again within this time. */
  expect(loop: string, withinMs: number): void {
    this.deadlines.set(loop, this.now() + withinMs);
  }

  /** The loop has nothing to do. */
  rest(loop: string): void {
    this.deadlines.delete(loop);
  }

  /** Loops that are late, with by how many ms. */
  late(): { readonly loop: string; readonly byMs: number }[] {
    const now = this.now();
    return [...this.deadlines]
      .filter(([, deadline]) => now > deadline)
      .map(([loop, deadline]) => ({ loop, byMs: now - deadline }));
  }
}
