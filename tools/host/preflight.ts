import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { Size } from "../../constructs/core/size";
import { PROJECT_LABEL } from "../../constructs/docker/site";
import type { DockerPlatform, EnvironmentConfig } from "../../environments/environment";
import { exec } from "../lib/exec";
import { userErrorOf } from "../lib/user-error";
import type { DockerEngine } from "./docker-engine";

/** Images, build caches and data together, with room for Elasticsearch's own margin. */
const DISK_NEEDED = Size.gibibytes(10);

/**
 * What would make a deploy fail late, found early.
 *
 * @throws UserError naming every problem
 */
export async function preflight(
  environment: EnvironmentConfig,
  platform: DockerPlatform,
  engine: DockerEngine,
): Promise<void> {
  const problems: string[] = [];
  const budget = platform.memoryBudget;
  if (engine.memory > 0 && engine.memory < budget.toBytes()) {
    problems.push(
      `the Docker Engine's machine has ${Math.floor(engine.memory / 2 ** 20)} MiB of memory, environment '${environment.name}' may take ${budget}: give it more, or lower the limits in environments/${environment.name}.ts`,
    );
  }
  const free = await freeDisk(engine.dataDirectory);
  if (free !== undefined && free < DISK_NEEDED.toBytes()) {
    problems.push(
      `${engine.dataDirectory} has ${Math.floor(free / 2 ** 20)} MiB free, ${DISK_NEEDED} are needed: free some ('docker system df' tells what Docker holds)`,
    );
  }
  const own = await portsOfRunningContainers(environment.name);
  for (const [component, port] of Object.entries(platform.ports)) {
    if (!own.has(port) && !(await isFree(port))) {
      problems.push(
        `port 127.0.0.1:${port} (${component}) is in use: stop what holds it ('ss -ltnp sport = :${port}' tells), or change 'ports.${component}' in environments/${environment.name}.ts`,
      );
    }
  }
  if (problems.length > 0) throw userErrorOf(problems);
}

async function freeDisk(directory: string): Promise<number | undefined> {
  // On another machine (Docker Desktop's, a remote one) there is nothing to look at.
  if (!directory || !existsSync(directory)) return undefined;
  const stats = await statfs(directory);
  return stats.bavail * stats.bsize;
}

async function portsOfRunningContainers(environment: string): Promise<Set<number>> {
  const { stdout } = await exec("docker", [
    "ps",
    "--filter",
    `label=${PROJECT_LABEL}=${environment}`,
    "--format",
    "{{.Ports}}",
  ]);
  return new Set([...stdout.matchAll(/127\.0\.0\.1:(\d+)->/g)].map((match) => Number(match[1])));
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
