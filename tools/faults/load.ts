import { setTimeout as pause } from "node:timers/promises";
import { Producer } from "@platformatic/kafka";
import { HOSTILE } from "./hostile";

export const LOAD_FILE = "/var/log/myapp/faults.log";
const BATCH = 20;
const EVERY_MS = 100;
const POISON_EVERY = 25;

/** Steady lines, as Filebeat ships them; every 25th is poison. Each has a number of its own. */
export class Load {
  /** What Kafka has acknowledged. */
  readonly written = new Set<number>();
  private next = 1;
  private running: Promise<void> | undefined;
  private stopped = false;
  private readonly values = new Map<number, string>();

  constructor(
    private readonly broker: string,
    private readonly topic: string,
  ) {}

  start(): void {
    this.stopped = false;
    this.running = this.run();
  }

  /** Ends when all that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Ships the last lines that have an envelope again, as Filebeat does that has lost its registry. */
  async replay(count: number): Promise<void> {
    const again = [...this.written].filter((number) => hasEnvelope(number)).slice(-count);
    await this.send(again);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const numbers = Array.from({ length: BATCH }, () => this.next++);
      for (const number of numbers) this.values.set(number, valueOf(number));
      await this.send(numbers);
      for (const number of numbers) this.written.add(number);
      await pause(EVERY_MS);
    }
  }

  /** Until it is acknowledged: a broker that is restarted may have taken it before, and then has it twice. */
  private async send(numbers: readonly number[]): Promise<void> {
    for (;;) {
      const producer = new Producer({
        clientId: "faults",
        bootstrapBrokers: [this.broker],
        retries: 1,
        requestTimeout: 3_000,
        connectTimeout: 2_000,
      });
      try {
        const messages = numbers.map((number) => ({
          topic: this.topic,
          value: Buffer.from(this.values.get(number)!),
          partition: number % 4,
        }));
        await producer.send({ messages, acks: -1 });
        return;
      } catch {
        await pause(300);
      } finally {
        await producer.close().catch(() => undefined);
      }
    }
  }
}

function hasEnvelope(number: number): boolean {
  return number % (POISON_EVERY * 2) !== 0;
}

function valueOf(number: number): string {
  const mark = `faults-line-${number}!`;
  // In turn without an envelope, which is a dead letter, and with a hostile line in one.
  if (!hasEnvelope(number)) return number % (POISON_EVERY * 4) === 0 ? `not JSON ${mark}` : JSON.stringify({ mark });
  const hostile = number % POISON_EVERY === 0 ? HOSTILE[(number / POISON_EVERY) % HOSTILE.length] : undefined;
  const line = {
    service_name: "faults",
    level: "info",
    status: 200,
    timestamp: new Date().toISOString(),
    message: mark,
  };
  return JSON.stringify({
    "@timestamp": new Date().toISOString(),
    message: hostile ?? JSON.stringify(line),
    host: { name: mark },
    log: { file: { path: LOAD_FILE }, offset: number },
  });
}
