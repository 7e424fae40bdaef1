import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

export interface EckOperatorOptions {
  readonly program: string;
  /** The file that its chart gives it. */
  readonly config: string;
  /** As whom it reaches the cluster. */
  readonly kubeconfig: string;
  readonly logFile: string;
}

/** A line of its log. */
export interface LogLine {
  readonly "log.level": string;
  readonly message: string;
  readonly error?: string;
}

/** The operator as a process of this machine: what it does differs in nothing but where it runs, and that nobody calls it. */
export class EckOperator {
  private readonly child: ChildProcess;
  private readonly kill = () => void this.child.kill("SIGKILL");

  constructor(private readonly options: EckOperatorOptions) {
    const { program, config, kubeconfig, logFile } = options;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, "w");
    // The API server would call a webhook at an address inside the cluster; metrics would take a port of this machine.
    const args = ["manager", `--config=${config}`, "--enable-webhook=false", "--metrics-port=0"];
    this.child = spawn(program, args, { env: { KUBECONFIG: kubeconfig }, stdio: ["ignore", log, log] });
    closeSync(log);
    this.child.on("error", () => undefined);
    // Nothing else ends it with the tests.
    process.once("exit", this.kill);
  }

  get running(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it has said so far. */
  lines(): readonly LogLine[] {
    const text = existsSync(this.options.logFile) ? readFileSync(this.options.logFile, "utf8") : "";
    return text.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as LogLine] : []));
  }

  /** What went wrong, but for writes that another write overtook: those it repeats. */
  errors(): readonly string[] {
    return this.lines()
      .filter((line) => !["debug", "info"].includes(line["log.level"]))
      .map((line) => JSON.stringify(line))
      .filter((line) => !isOvertaken(line));
  }

  async stop(): Promise<void> {
    if (this.running) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGTERM");
      const killer = setTimeout(this.kill, GRACE_MS);
      await ended;
      clearTimeout(killer);
    }
    process.off("exit", this.kill);
  }
}

const GRACE_MS = 10_000;

/** Another controller, such as that of StatefulSets, has written the object meanwhile: the operator reads it again and goes on. */
export function isOvertaken(message: string): boolean {
  return message.includes("the object has been modified");
}
