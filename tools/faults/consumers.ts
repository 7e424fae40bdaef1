import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { freePort } from "./free-port";

export interface Usage {
  /** Of the largest consumer, in MiB. */
  readonly rssMiB: number;
  /** Of the consumer with most. */
  readonly fds: number;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Consumers of one group, as child processes; as a platform does, starts one again that ends. */
export class Consumers {
  private readonly running: Running[] = [];
  private wanted = 0;
  private readonly totals = new Map<string, number>();
  private readonly last = new Map<number, ReadonlyMap<string, number>>();

  constructor(
    private readonly node: string,
    private readonly args: readonly string[],
    private readonly env: Readonly<Record<string, string>>,
    private readonly logFile: string,
  ) {}

  async scale(count: number): Promise<void> {
    this.wanted = count;
    while (this.running.length < count) await this.start();
    for (const { child } of this.running.slice(count)) child.kill("SIGTERM");
  }

  /** One of them is started again by itself. */
  signal(signal: "SIGKILL" | "SIGTERM"): void {
    this.running[0]?.child.kill(signal);
  }

  /** @param hold leaves them dead until `scale` */
  killAll(hold = false): void {
    if (hold) this.wanted = 0;
    for (const { child } of this.running) child.kill("SIGKILL");
  }

  async allDead(): Promise<void> {
    await Promise.all(this.running.map(async ({ child }) => void (hasEnded(child) || (await once(child, "exit")))));
  }

  async stop(): Promise<void> {
    this.wanted = 0;
    for (const { child } of this.running) child.kill("SIGTERM");
    await this.allDead();
  }

  usage(): Usage {
    const each = this.running.flatMap(({ child }) => {
      try {
        const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
        return [{ rssMiB: Math.round(Number(rss?.[1] ?? 0) / 1024), fds: readdirSync(`/proc/${child.pid}/fd`).length }];
      } catch {
        return [];
      }
    });
    return { rssMiB: Math.max(0, ...each.map((one) => one.rssMiB)), fds: Math.max(0, ...each.map((one) => one.fds)) };
  }

  /** Reads every consumer's metrics and adds what counters have grown by; a process that ended keeps what it was read with. */
  async scrape(): Promise<ReadonlyMap<string, number>> {
    await Promise.all(this.running.map((one) => this.scrapeOne(one)));
    return new Map(this.totals);
  }

  private async scrapeOne({ port }: Running): Promise<void> {
    const text = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(1_000) })
      .then((answer) => answer.text())
      .catch(() => "");
    const now = new Map<string, number>();
    for (const [, name, value] of text.matchAll(/^log_consumer_(\S+) (\S+)$/gm)) now.set(name!, Number(value));
    if (now.size === 0) return;
    const before = this.last.get(port);
    for (const [name, value] of now) {
      if (name.includes("_total"))
        this.totals.set(name, (this.totals.get(name) ?? 0) + value - (before?.get(name) ?? 0));
      // A gauge: the most that was seen.
      else this.totals.set(name, Math.max(this.totals.get(name) ?? 0, value));
    }
    this.last.set(port, now);
  }

  private async start(): Promise<void> {
    const port = await freePort();
    const child = spawn(this.node, this.args, {
      env: { ...this.env, HTTP_PORT: String(port) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(this.logFile, { flags: "a" });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const one = { child, port };
    this.running.push(one);
    child.once("exit", () => {
      this.running.splice(this.running.indexOf(one), 1);
      log.end();
      if (this.running.length < this.wanted) void this.start();
    });
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
