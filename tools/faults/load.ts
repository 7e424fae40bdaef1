import { setTimeout as pause } from "node:timers/promises";
import { Producer } from "@platformatic/kafka";
import { HOSTILE } from "./hostile";

export const LOAD_FILE = "/var/log/myapp/faults.log";
/** Milliseconds between two batches. */
export const PACE = { steady: 100, low: 500 } as const;
/** Of the topic, at first. */
export const PARTITIONS = 4;
const BATCH = 20;
const POISON_EVERY = 25;

/** Steady lines, as Filebeat ships them; every 25th is poison. Each has a number of its own. */
export class Load {
  /** Every line up to this number is acknowledged by Kafka. */
  acknowledged = 0;
  paceMs: number = PACE.steady;
  /** Of the topic; lines are spread over them in turn. */
  partitions: number = PARTITIONS;
  private running: Promise<void> | undefined;
  private stopped = false;
  private hushed = false;
  private isSending = false;
  private producer: Producer | undefined;
  private readonly values = new Map<number, string>();

  constructor(
    private readonly broker: string,
    private readonly topic: string,
  ) {}

  start(): void {
    this.stopped = false;
    this.paceMs = PACE.steady;
    this.running = this.run();
  }

  /** Ends when all that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    await this.disconnect();
  }

  /** Resolves when a batch is acknowledged that was begun after this call. */
  async oneMoreBatch(): Promise<void> {
    const target = this.acknowledged + 2 * BATCH;
    while (this.acknowledged < target && !this.stopped) await pause(20);
  }

  /** Of the topic, which has one more: it gets its share of the lines from now on. */
  async onePartitionMore(): Promise<void> {
    this.partitions++;
    // The client puts what is for a partition that it has not heard of yet into another.
    await this.disconnect();
  }

  /** Writes nothing until {@link speak}; resolves when all that was begun is acknowledged. */
  async hush(): Promise<void> {
    this.hushed = true;
    while (this.isSending) await pause(20);
  }

  speak(): void {
    this.hushed = false;
  }

  /** Ships the last lines that have an envelope again, as Filebeat does that has lost its registry. */
  async replay(count: number): Promise<void> {
    const again: number[] = [];
    for (let number = this.acknowledged; number > 0 && again.length < count; number--)
      if (hasEnvelope(number) && this.values.has(number)) again.push(number);
    await this.send(again);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      if (this.hushed) {
        await pause(20);
        continue;
      }
      this.isSending = true;
      const first = this.acknowledged + 1;
      const numbers = Array.from({ length: BATCH }, (_, index) => first + index);
      for (const number of numbers) {
        this.values.set(number, valueOf(number));
        // What a replay may want is kept, not all.
        this.values.delete(number - 50 * BATCH);
      }
      await this.send(numbers);
      this.acknowledged += BATCH;
      this.isSending = false;
      await pause(this.paceMs);
    }
  }

  /** Until it is acknowledged: a broker that is restarted may have taken it before, and then has it twice. */
  private async send(numbers: readonly number[]): Promise<void> {
    const messages = numbers.map((number) => ({
      topic: this.topic,
      value: Buffer.from(this.values.get(number)!),
      partition: number % this.partitions,
    }));
    for (;;) {
      this.producer ??= new Producer({
        clientId: "faults",
        bootstrapBrokers: [this.broker],
        retries: 1,
        requestTimeout: 3_000,
        connectTimeout: 2_000,
      });
      try {
        await this.producer.send({ messages, acks: -1 });
        return;
      } catch {
        await this.disconnect();
        await pause(300);
      }
    }
  }

  private async disconnect(): Promise<void> {
    const producer = this.producer;
    this.producer = undefined;
    await producer?.close().catch(() => undefined);
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
