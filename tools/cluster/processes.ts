import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Component, ComponentName } from "./components";
import { PATHS } from "./layout";

/** What is kept of a process, so that it is never mistaken for a later one that has the same number. */
const schema = z.object({ pid: z.number(), started: z.string(), description: z.string() });
type ProcessRecord = z.output<typeof schema>;

/** Programs of Debian are in these; nothing else of a user's environment, such as a proxy, concerns a component. */
const ENVIRONMENT = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
const STOP_MS = 5_000;

/** Starts a component, unless it runs as it is described. @returns whether it had to be started */
export async function ensureStarted(component: Component): Promise<boolean> {
  const description = describe(component);
  const record = readRecord(component.name);
  if (record && isAlive(record) && record.description === description) return false;
  await stopComponent(component.name);
  for (const [path, content] of Object.entries(component.files)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600 });
  }
  for (const folder of [PATHS.logs, PATHS.processes]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openSync(logFile(component.name), "a");
  const child = spawn(component.program, component.args, {
    detached: true,
    cwd: "/",
    stdio: ["ignore", log, log],
    env: ENVIRONMENT,
  });
  closeSync(log);
  // Told by whoever waits for the component.
  child.on("error", () => undefined);
  child.unref();
  if (child.pid === undefined) return true;
  const started = startOf(child.pid);
  if (started) {
    const written: ProcessRecord = { pid: child.pid, started, description };
    writeFileSync(recordFile(component.name), JSON.stringify(written));
  }
  return true;
}

/** Ends a component that was started here, by its number and only if it is still that process. */
export async function stopComponent(name: ComponentName): Promise<void> {
  const record = readRecord(name);
  if (record) await endProcesses([record.pid], STOP_MS, () => isAlive(record));
  rmSync(recordFile(name), { force: true });
}

export function isRunning(name: ComponentName): boolean {
  const record = readRecord(name);
  return record !== undefined && isAlive(record);
}

/** The number of a component's process. */
export function pidOf(name: ComponentName): number | undefined {
  const record = readRecord(name);
  return record && isAlive(record) ? record.pid : undefined;
}

export function logFile(name: ComponentName): string {
  return join(PATHS.logs, `${name}.log`);
}

/** The end of a component's log. */
export function lastWords(name: ComponentName, lines = 5): string {
  if (!existsSync(logFile(name))) return "(no output)";
  return readFileSync(logFile(name), "utf8").trim().split("\n").slice(-lines).join("\n");
}

/** Asks processes to end, and ends those that have not after a while. */
export async function endProcesses(
  pids: readonly number[],
  graceMs: number,
  isThere: (pid: number) => boolean = (pid) => startOf(pid) !== undefined,
): Promise<void> {
  const left = () => pids.filter(isThere);
  for (const pid of left()) kill(pid, graceMs > 0 ? "SIGTERM" : "SIGKILL");
  const deadline = Date.now() + graceMs;
  while (left().length > 0 && Date.now() < deadline) await pause(50);
  for (const pid of left()) kill(pid, "SIGKILL");
  const end = Date.now() + STOP_MS;
  while (left().length > 0 && Date.now() < end) await pause(50);
}

export interface HostProcess {
  readonly pid: number;
  readonly name: string;
  readonly args: readonly string[];
}

/** Every process that lives in this one's mount namespace: what runs in a container of someone's is not among them. */
export function hostProcesses(): HostProcess[] {
  const own = readlinkSync("/proc/self/ns/mnt");
  return readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) return [];
    try {
      if (readlinkSync(`/proc/${pid}/ns/mnt`) !== own || startOf(pid) === undefined) return [];
      const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
      return [{ pid, name, args: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1) }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

/** The state and the time of start in /proc/PID/stat, whose second field may hold anything. */
export function parseStat(stat: string): { readonly state: string; readonly started: string } | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, started] = [fields[0], fields[19]];
  return state && started ? { state, started } : undefined;
}

/** When a process started, counted from a boot; undefined if it has ended. */
function startOf(pid: number): string | undefined {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (!stat || ["Z", "X"].includes(stat.state)) return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${stat.started}`;
  } catch {
    return undefined;
  }
}

function isAlive(record: ProcessRecord): boolean {
  return startOf(record.pid) === record.started;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

function readRecord(name: ComponentName): ProcessRecord | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(recordFile(name), "utf8")));
  } catch {
    return undefined;
  }
}

function describe({ program, args, files }: Component): string {
  return createHash("sha256")
    .update(JSON.stringify([program, args, files]))
    .digest("hex");
}

function recordFile(name: ComponentName): string {
  return join(PATHS.processes, `${name}.json`);
}
