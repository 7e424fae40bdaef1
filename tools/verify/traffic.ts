import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";

/** One request through the gateway and what came of it. */
export interface SentRequest {
  readonly traceId: string;
  /** HTTP status; 0 if no answer came. */
  readonly status: number;
}

/** Orders that take every way through the services: most succeed, some fail by design. */
const ORDERS = [
  { item: "book", quantity: 1, amount_cents: 1999 },
  { item: "lamp", quantity: 2, amount_cents: 4500 },
  { item: "chair", quantity: 4, amount_cents: 32_000 },
  { item: "desk", quantity: 1, amount_cents: 54_900 },
  { item: "out-of-stock", quantity: 1, amount_cents: 1000 },
  { item: "pen", quantity: 10, amount_cents: 1213 },
  { item: "mug", quantity: 3, amount_cents: 2400 },
  { item: "clock", quantity: 0, amount_cents: 3000 },
] as const;

/**
 * Sends orders whose trace ids all begin with the run's own 16 hex digits, so that one query finds what they caused, and
 * nothing else.
 */
export class Traffic {
  readonly prefix = randomBytes(8).toString("hex");
  private readonly pool: Pool;
  private readonly sentRequests: SentRequest[] = [];

  constructor(
    gatewayUrl: string,
    private readonly concurrency = 32,
  ) {
    this.pool = new Pool(gatewayUrl, { connections: concurrency, headersTimeout: 15_000, bodyTimeout: 15_000 });
  }

  get sent(): readonly SentRequest[] {
    return this.sentRequests;
  }

  /**
   * Sends so many requests at a steady rate, or as fast as the services take them where that is less: a burst would
   * measure how long a queue takes to drain, not how long a line takes.
   */
  async send(count: number, perSecond: number, onProgress: (done: number) => void = () => undefined): Promise<void> {
    const started = Date.now();
    let next = 0;
    const worker = async () => {
      while (next < count) {
        const n = next++;
        const early = started + (n * 1000) / perSecond - Date.now();
        if (early > 0) await pause(early);
        await this.one(ORDERS[n % ORDERS.length]);
        onProgress(this.sentRequests.length);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.concurrency, count) }, worker));
  }

  /** Sends about so many requests a second until `until` resolves. */
  async sendDuring(perSecond: number, until: Promise<unknown>): Promise<void> {
    let running = true;
    const stop = until.finally(() => (running = false));
    const underWay = new Set<Promise<void>>();
    for (let n = 0; running; n++) {
      const one = this.one(ORDERS[n % ORDERS.length]).finally(() => underWay.delete(one));
      underWay.add(one);
      await pause(1000 / perSecond);
    }
    await Promise.all(underWay);
    await stop;
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  private async one(order: (typeof ORDERS)[number] | undefined): Promise<void> {
    const traceId = this.prefix + randomBytes(8).toString("hex");
    const traceparent = `00-${traceId}-${randomBytes(8).toString("hex")}-01`;
    let status = 0;
    try {
      const response = await this.pool.request({
        path: "/orders",
        method: "POST",
        headers: { "content-type": "application/json", traceparent },
        body: JSON.stringify(order),
      });
      status = response.statusCode;
      await response.body.dump();
    } catch {
      // Status 0: counted and reported by whoever asked for the traffic.
    }
    this.sentRequests.push({ traceId, status });
  }
}
