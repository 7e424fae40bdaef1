import { PROJECT_LABEL } from "../../constructs/docker/site";
import { exec } from "../lib/exec";

/** A container of an environment, whatever its state. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly exitCode: number;
  /** healthy, unhealthy or starting; undefined where nothing checks. */
  readonly health: string | undefined;
  readonly oneShot: boolean;
}

export async function listContainers(environment: string): Promise<ListedContainer[]> {
  const ids = await list(["ps", "--all", "--no-trunc", "--quiet"], environment);
  if (ids.length === 0) return [];
  const inspected = JSON.parse((await exec("docker", ["inspect", ...ids])).stdout) as readonly {
    Id: string;
    Name: string;
    State: { Status: string; ExitCode: number; Health?: { Status: string } };
    HostConfig: { RestartPolicy: { Name: string } };
  }[];
  return inspected.map(({ Id, Name, State, HostConfig }) => ({
    id: Id,
    name: Name.replace(/^\//, ""),
    state: State.Status,
    exitCode: State.ExitCode,
    health: State.Health?.Status,
    oneShot: ["", "no"].includes(HostConfig.RestartPolicy.Name),
  }));
}

export function listNetworks(environment: string): Promise<string[]> {
  return list(["network", "ls", "--no-trunc", "--quiet"], environment);
}

export function listVolumes(environment: string): Promise<string[]> {
  return list(["volume", "ls", "--quiet"], environment);
}

async function list(command: readonly string[], environment: string): Promise<string[]> {
  const { stdout } = await exec("docker", [...command, "--filter", `label=${PROJECT_LABEL}=${environment}`]);
  return stdout.split("\n").filter(Boolean);
}

/** What is wrong with the containers of an environment, a line each with the last words of their logs; empty if nothing. */
export async function ailments(environment: string): Promise<string[]> {
  const sick = (await listContainers(environment)).filter(
    ({ state, exitCode, health, oneShot }) =>
      (oneShot && state === "exited" && exitCode !== 0) ||
      (!oneShot && (state !== "running" || (health !== undefined && health !== "healthy"))),
  );
  return Promise.all(
    sick.map(async ({ name, state, exitCode, health }) => {
      const { stdout, stderr } = await exec("docker", ["logs", "--tail", "3", name], { allowFailure: true });
      const condition = state === "exited" ? `exited with ${exitCode}` : `is ${health ?? state}`;
      const words = `${stdout}${stderr}`.trim().split("\n").join("\n    ");
      return `${name} ${condition} ('docker logs ${name}' tells more):\n    ${words || "(no output)"}`;
    }),
  );
}
