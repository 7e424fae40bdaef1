import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { freePort } from "./free-port";
import { Meter } from "./meter";

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
  readonly meter = new Meter();
  private readonly running: Running[] = [];
  private wanted = 0;
  private held = false;

  constructor(
    private readonly node: string,
    private readonly args: readonly string[],
    private readonly env: Readonly<Record<string, string>>,
    private readonly logFile: string,
  ) {}

  /** Those that are too many leave the group before they end. */
  async scale(count: number): Promise<void> {
    this.wanted = count;
    for (const { child } of this.running.slice(count)) child.kill("SIGTERM");
    await this.fill();
  }

  /** Ends one while the others go on; it is started again by itself. */
  endOne(signal: "SIGTERM" | "SIGKILL"): void {
    this.running[0]?.child.kill(signal);
  }

  /** Kills all at once, and starts none until {@link release}. */
  killAll(): void {
    this.held = true;
    for (const { child } of this.running) child.kill("SIGKILL");
  }

  async release(): Promise<void> {
    this.held = false;
    await this.fill();
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
        // It has ended meanwhile.
        return [];
      }
    });
    return { rssMiB: Math.max(0, ...each.map((one) => one.rssMiB)), fds: Math.max(0, ...each.map((one) => one.fds)) };
  }

  async scrape(): Promise<void> {
    await Promise.all(this.running.map(({ child, port }) => this.meter.scrape(child, port)));
  }

  private async fill(): Promise<void> {
    while (!this.held && this.running.length < this.wanted) await this.start();
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
      void this.fill();
    });
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
