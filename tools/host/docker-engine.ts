import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { exec, hasProgram } from "../lib/exec";
import type { Say } from "../lib/steps";
import { UserError } from "../lib/user-error";
import { installDebianPackages, isDebianRoot } from "./debian";

export interface DockerEngine {
  readonly version: string;
  /** For programs that know no Docker contexts, such as the Terraform provider. */
  readonly dockerHost: string;
  /** In bytes; what the Engine's machine has (a virtual machine's, with Docker Desktop). */
  readonly memory: number;
  /** Where the Engine keeps images and volumes, on its own machine. */
  readonly dataDirectory: string;
}

/**
 * The Docker Engine that the `docker` program talks to; starts or, as root on Debian or Ubuntu, installs one if there is
 * none, and says so before.
 *
 * @throws UserError with the command to run where that is for the user to do
 */
export async function ensureDockerEngine(cacheDirectory: string, say: Say): Promise<DockerEngine> {
  const found = await findEngine();
  if (found) return found;
  await refuseForeignEngine();
  if (!(await hasProgram("dockerd"))) {
    if (!(await isDebianRoot())) {
      throw new UserError(
        "no Docker Engine answers and none is installed: install one (Debian, Ubuntu: 'sudo apt-get install docker.io'; macOS, Windows: Docker Desktop) and run this again",
      );
    }
    say("installing the Docker Engine on this machine: apt-get install docker.io");
    await installDebianPackages(["docker.io"], say);
    const started = await findEngine();
    if (started) return started;
  }
  await startEngine(cacheDirectory, say);
  const engine = await findEngine();
  if (engine) return engine;
  throw new UserError(`the Docker Engine started but does not answer: see ${logFile(cacheDirectory)}`);
}

/** An Engine that the user chose and that is away is for the user to bring back: no other may take its place. */
async function refuseForeignEngine(): Promise<void> {
  const host = (await hasProgram("docker")) ? await contextHost() : DEFAULT_HOST;
  if (host === DEFAULT_HOST) return;
  throw new UserError(
    `the Docker Engine at ${host} does not answer: start it, or unset DOCKER_HOST ('docker context use default' where a context names it) to use this machine's own`,
  );
}

async function contextHost(): Promise<string> {
  const inspect = ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"];
  return (await exec("docker", inspect, { allowFailure: true })).stdout.trim() || DEFAULT_HOST;
}

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** @throws UserError where an Engine is there but the user may not use it */
export async function findEngine(): Promise<DockerEngine | undefined> {
  if (!(await hasProgram("docker"))) return undefined;
  const info = await exec("docker", ["info", "--format", "{{json .}}"], { allowFailure: true, timeoutMs: 20_000 });
  const parsed = parseInfo(info.stdout);
  if (info.exitCode !== 0 || !parsed?.ServerVersion) {
    const said = `${info.stderr}${info.stdout}`;
    if (/permission denied/i.test(said)) {
      throw new UserError(
        "a Docker Engine runs, but this user may not use it: run 'sudo usermod -aG docker \"$USER\"', log in again and repeat",
      );
    }
    return undefined;
  }
  return {
    version: parsed.ServerVersion,
    dockerHost: await contextHost(),
    memory: parsed.MemTotal ?? 0,
    dataDirectory: parsed.DockerRootDir ?? "",
  };
}

function parseInfo(text: string): { ServerVersion?: string; MemTotal?: number; DockerRootDir?: string } | undefined {
  try {
    return JSON.parse(text) as { ServerVersion?: string };
  } catch {
    return undefined;
  }
}

async function startEngine(cacheDirectory: string, say: Say): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new UserError(
      "the Docker Engine is installed but does not run: start it with 'sudo systemctl start docker' and repeat",
    );
  }
  if (existsSync("/run/systemd/system")) {
    say("starting the Docker Engine: systemctl start docker");
    await exec("systemctl", ["start", "docker"]);
  } else {
    say(
      `starting the Docker Engine by hand, as no init system runs here: dockerd (its log: ${logFile(cacheDirectory)})`,
    );
    startByHand(cacheDirectory);
  }
  const deadline = Date.now() + 60_000;
  while (!(await findEngine())) {
    const ended =
      existsSync(pidFile(cacheDirectory)) && !isDockerd(Number(readFileSync(pidFile(cacheDirectory), "utf8")));
    if (ended || Date.now() > deadline) {
      await stopOwnEngine(cacheDirectory);
      throw new UserError(
        `the Docker Engine ${ended ? "ended right after its start" : "did not start in 60 s"}: see ${logFile(cacheDirectory)}`,
      );
    }
    await pause(500);
  }
}

function startByHand(cacheDirectory: string): void {
  mkdirSync(cacheDirectory, { recursive: true });
  const log = openSync(logFile(cacheDirectory), "a");
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  // Reported by the caller: the Engine does not answer.
  daemon.on("error", () => undefined);
  daemon.unref();
  if (daemon.pid) writeFileSync(pidFile(cacheDirectory), String(daemon.pid));
}

/** Stops the Engine that {@link ensureDockerEngine} started by hand; leaves any other alone. */
export async function stopOwnEngine(cacheDirectory: string): Promise<boolean> {
  if (!existsSync(pidFile(cacheDirectory))) return false;
  const pid = Number(readFileSync(pidFile(cacheDirectory), "utf8"));
  rmSync(pidFile(cacheDirectory));
  // The number may be another process's by now.
  if (!isDockerd(pid)) return false;
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + 60_000;
  while (isDockerd(pid) && Date.now() < deadline) await pause(200);
  return true;
}

function isDockerd(pid: number): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "dockerd" &&
      !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ")
    );
  } catch {
    return false;
  }
}

const logFile = (directory: string) => join(directory, "dockerd.log");
const pidFile = (directory: string) => join(directory, "dockerd.pid");
