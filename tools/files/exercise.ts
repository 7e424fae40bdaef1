import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../faults/eventually";
import { fileSequence, type Step } from "./file-sequence";
import { LogFile } from "./log-file";
import type { ShipperBed } from "./shipper-bed";

const ARRIVES_WITHIN_MS = 120_000;
const UNTIMED = "exercise-job";
const NAMES = ["exercise-gateway", "exercise-orders", "exercise-payments", UNTIMED];
/** Rotated files that are kept; after the loss of its registry Filebeat ships all of them again. */
const ROTATED_FILES = 40;

export interface Account {
  readonly seed: number;
  readonly steps: number;
  readonly written: number;
  /** Events that Filebeat has shipped, those that it shipped again among them. */
  readonly events: number;
  readonly lost: readonly number[];
  /** Lines that are more than one document. */
  readonly doubled: readonly number[];
  readonly restarts: number;
}

/**
 * Does to log files what services, rotators and operators do, in the order of a seed, and accounts for every line. What Filebeat
 * cannot see is not done (docs/decisions/0001-file-identity.md): lines are shipped before their file is emptied or deleted.
 */
export class Exercise {
  private readonly files: readonly LogFile[];
  private readonly written = new Map<number, { readonly file: LogFile; readonly generation: number }>();
  private readonly rotated: { readonly path: string; readonly lines: readonly number[] }[] = [];
  /** The documents of each line that has arrived. */
  private readonly arrived = new Map<number, Set<string>>();
  private next = 1;
  private steps = 0;

  constructor(
    private readonly bed: ShipperBed,
    private readonly seed: number,
  ) {
    this.files = NAMES.map((name) => new LogFile(bed.logs, name, name !== UNTIMED));
  }

  /** @param say takes a line about how it goes, now and then */
  async run(forMs: number, say: (line: string) => void): Promise<Account> {
    const until = Date.now() + forMs;
    let saidAt = Date.now();
    for (const step of fileSequence(this.seed, this.files.length)) {
      if (Date.now() > until) break;
      await this.take(step);
      this.steps++;
      await pause(step.pauseMs);
      if (Date.now() - saidAt < 30_000) continue;
      saidAt = Date.now();
      await this.look();
      say(`${this.steps} steps, ${this.written.size} lines, ${this.arrived.size} arrived`);
    }
    await this.settle([...this.written.keys()]).catch(() => undefined); // The account names what is missing.
    const isMissing = (line: number) => !this.arrived.has(line);
    return {
      seed: this.seed,
      steps: this.steps,
      written: this.written.size,
      events: this.bed.shipped.events,
      lost: [...this.written.keys()].filter(isMissing),
      doubled: [...this.arrived].filter(([, documents]) => documents.size > 1).map(([line]) => line),
      restarts: await this.bed.restarts(),
    };
  }

  private async take({ action, file: index, amount }: Step): Promise<void> {
    const file = this.files[index]!;
    switch (action) {
      case "write":
        return this.write(file, amount);
      case "write-in-parts": {
        const [text, number] = this.line(file);
        if (!file.hasRoomFor(text)) return;
        const half = Math.floor(text.length / 2);
        file.append(text.slice(0, half), []);
        // Long enough for Filebeat to read the half.
        await pause(1_500);
        this.append(file, text.slice(half), [number]);
        return;
      }
      case "write-text": {
        // A copy of lines without a time is another file to the consumer, so a text is never in a file that is copied.
        if (file.timed) return this.write(file, amount);
        const [text, number] = this.text();
        const [line, next] = this.line(file);
        // A line ends the text: two texts without one between them may be joined in another way when they are read again.
        return this.append(file, text + line, [number, next]);
      }
      case "write-blank":
        return this.append(file, "\n".repeat(amount), []);
      case "rename":
        return this.rotate(file, () => file.rename());
      case "copytruncate":
        if (!file.timed || !file.isLong) return this.write(file, amount);
        return this.rotate(file, () => file.copyAndTruncate());
      case "truncate":
        if (!file.isLong) return this.write(file, amount);
        await this.settle([...file.lines]);
        file.truncate();
        return;
      case "delete":
        if (!file.isLong) return this.write(file, amount);
        await this.settle([...file.lines]);
        file.remove();
        return;
      case "crash":
        return this.bed.crash(() => this.write(file, amount));
      case "lose-registry":
        return this.bed.loseRegistry();
      case "pause-kafka":
        await this.bed.pauseKafka(true);
        this.write(file, amount);
        await pause(amount * 1000);
        return this.bed.pauseKafka(false);
    }
  }

  private write(file: LogFile, amount: number): void {
    for (let n = 0; n < amount; n++) {
      const [text, number] = this.line(file);
      this.append(file, text, [number]);
    }
  }

  private async rotate(file: LogFile, how: () => string | undefined): Promise<void> {
    const lines = [...file.lines];
    const path = how();
    if (path !== undefined) this.rotated.push({ path, lines });
    if (this.rotated.length <= ROTATED_FILES) return;
    const oldest = this.rotated.shift()!;
    await this.settle(oldest.lines);
    rmSync(oldest.path);
  }

  /** A JSON line of 40 bytes to 5 KiB with a number of its own, and often the beginning of every other. */
  private line({ timed }: LogFile): [string, number] {
    const number = this.next++;
    const filler = "x".repeat(number % 17 === 0 ? 5_000 : number % 40);
    const time = timed ? { timestamp: new Date(Date.UTC(2026, 0, 1) + number).toISOString() } : {};
    return [
      `${JSON.stringify({ amount_cents: 1999, level: "info", message: `n=${number}; ${filler}`, ...time })}\n`,
      number,
    ];
  }

  private text(): [string, number] {
    const number = this.next++;
    return [
      `panic: n=${number};\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:10 +0x1d\nexit status 2\n`,
      number,
    ];
  }

  private append(file: LogFile, text: string, numbers: readonly number[]): void {
    if (!file.hasRoomFor(text)) return;
    file.append(text, numbers);
    for (const number of numbers) this.written.set(number, { file, generation: file.generation });
  }

  /** Waits until these lines have arrived. */
  private async settle(lines: readonly number[]): Promise<void> {
    if (lines.every((line) => this.arrived.has(line))) return;
    await eventually("lines arrive", ARRIVES_WITHIN_MS, async () => {
      await this.look();
      return lines.every((line) => this.arrived.has(line));
    });
  }

  private async look(): Promise<void> {
    for (const { id, message, path } of await this.bed.shipped.read()) {
      // The bed may have been used before, and Filebeat ships those files again, too.
      if (!NAMES.some((name) => path.includes(`/${name}`))) continue;
      const number = Number(/n=(\d+);/.exec(message)?.[1] ?? NaN);
      const written = this.written.get(number);
      if (!written) throw new Error(`a document of no line that was written: ${message}`);
      const documents = this.arrived.get(number);
      if (documents) {
        documents.add(id);
      } else {
        this.arrived.set(number, new Set([id]));
        written.file.arrived(written.generation);
      }
    }
  }
}
