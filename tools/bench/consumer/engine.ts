import { readFileSync } from "node:fs";
import { Client } from "undici";
import { exec } from "../../lib/exec";

/** On every container and network of a benchmark, so that what an interrupted one left is found. */
export const LABEL = "log-pipeline.bench";
export const NETWORK = "log-pipeline-bench";

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly entrypoint?: string;
  readonly command?: readonly string[];
  /** Source on this machine, or the name of a volume, to path in the container. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Port in the container, by port of this machine's loopback address. */
  readonly ports?: Readonly<Record<number, number>>;
  /** Processors that it may use, as Linux numbers them. @default all */
  readonly cpus?: string;
}

/** What a container has used since its start. */
export interface Usage {
  /** Seconds of processor time. */
  readonly cpuSeconds: number;
  /** Largest resident memory of its processes together, in bytes. */
  readonly peakBytes: number;
  /** Their resident memory now, in bytes. */
  readonly residentBytes: number;
}

/** The Docker Engine, as far as a benchmark needs it. */
export class Engine {
  private readonly client: Client;

  /** @param dockerHost `unix:///...` */
  constructor(dockerHost: string) {
    this.client = new Client("http://localhost", { socketPath: dockerHost.replace("unix://", "") });
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /** Removes whatever a benchmark has made: at its end, and at the start of the next if it was killed. */
  async clear(): Promise<void> {
    const { stdout } = await docker("ps", "--all", "--quiet", "--filter", `label=${LABEL}`);
    const ids = stdout.split("\n").filter(Boolean);
    if (ids.length > 0) await docker("rm", "--force", "--volumes", ...ids);
    await exec("docker", ["network", "rm", NETWORK], { allowFailure: true });
  }

  async makeNetwork(): Promise<void> {
    await docker("network", "create", "--label", LABEL, NETWORK);
  }

  async start(spec: ContainerSpec): Promise<void> {
    await docker(
      "run",
      "--detach",
      ...["--name", containerName(spec.name), "--hostname", spec.name, "--label", LABEL],
      ...["--network", NETWORK, "--network-alias", spec.name],
      ...(spec.user === undefined ? [] : ["--user", spec.user]),
      ...(spec.entrypoint === undefined ? [] : ["--entrypoint", spec.entrypoint]),
      ...(spec.cpus === undefined ? [] : ["--cpuset-cpus", spec.cpus]),
      ...Object.entries(spec.env ?? {}).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...Object.entries(spec.mounts ?? {}).flatMap(([source, path]) => ["--volume", `${source}:${path}`]),
      ...Object.entries(spec.ports ?? {}).flatMap(([host, inside]) => ["--publish", `127.0.0.1:${host}:${inside}`]),
      spec.image,
      ...(spec.command ?? []),
    );
  }

  async remove(name: string): Promise<void> {
    await exec("docker", ["rm", "--force", "--volumes", containerName(name)], { allowFailure: true });
  }

  /** Lets it end by itself. */
  async stop(name: string): Promise<void> {
    await docker("stop", "--time", "60", containerName(name));
  }

  /** The end of what a container printed. */
  async logs(name: string): Promise<string> {
    const { stdout, stderr } = await exec("docker", ["logs", "--tail", "40", containerName(name)], {
      allowFailure: true,
    });
    return `${stdout}${stderr}`;
  }

  run(name: string, ...command: readonly string[]) {
    return docker("exec", containerName(name), ...command);
  }

  /** @param format of `docker inspect` */
  inspect(name: string, format: string) {
    return exec("docker", ["inspect", "--format", format, containerName(name)], { allowFailure: true });
  }

  async isRunning(name: string): Promise<boolean> {
    return (await this.inspect(name, "{{.State.Running}}")).stdout.trim() === "true";
  }

  async usage(name: string): Promise<Usage> {
    const path = `/containers/${containerName(name)}/stats?stream=false&one-shot=true`;
    const answer = await this.client.request({ method: "GET", path });
    const stats = (await answer.body.json()) as { cpu_stats?: { cpu_usage?: { total_usage?: number } } };
    const memory = (await this.processes(name)).map(residentMemory);
    return {
      cpuSeconds: (stats.cpu_stats?.cpu_usage?.total_usage ?? 0) / 1e9,
      peakBytes: memory.reduce((sum, { peak }) => sum + peak, 0),
      residentBytes: memory.reduce((sum, { now }) => sum + now, 0),
    };
  }

  /** Their ids on this machine. */
  private async processes(name: string): Promise<readonly string[]> {
    const { stdout } = await exec("docker", ["top", containerName(name), "-eo", "pid"], { allowFailure: true });
    return stdout.split("\n").slice(1).filter(Boolean);
  }
}

function containerName(name: string): string {
  return `${NETWORK}-${name}`;
}

function docker(...args: readonly string[]) {
  return exec("docker", args);
}

/** Of one process, in bytes; nothing of one that has ended. */
function residentMemory(pid: string): { readonly peak: number; readonly now: number } {
  try {
    const status = readFileSync(`/proc/${pid.trim()}/status`, "utf8");
    const kibibytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    return { peak: kibibytes("VmHWM") * 1024, now: kibibytes("VmRSS") * 1024 };
  } catch {
    return { peak: 0, now: 0 };
  }
}
