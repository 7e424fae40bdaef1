import { rmSync } from "node:fs";
import { listVolumes } from "../host/containers";
import { findEngine, stopOwnEngine } from "../host/docker-engine";
import { removeContainers } from "../host/leftovers";
import { exec } from "../lib/exec";
import { stateFileOf } from "../lib/local-state";
import { announce, runSteps, type Say, type Step } from "../lib/steps";

export interface DownOptions {
  /** Also remove data: Kafka's, Elasticsearch's, the log files and Filebeat's registry. */
  readonly volumes: boolean;
  /** Also stop the Docker Engine, if `up` started it by hand. */
  readonly engine: boolean;
  readonly cacheDirectory: string;
}

/** Takes an environment off this machine. */
export async function down(environment: string, options: DownOptions): Promise<void> {
  const steps: Step[] = [];
  if (await findEngine()) {
    steps.push({
      title: `Remove ${environment}`,
      run: (say) => removeEnvironment(environment, options.volumes, say),
    });
  }
  if (steps.length === 0 && !options.engine) console.log("No Docker Engine answers: nothing runs.");
  if (options.engine) {
    steps.push({
      title: "Docker Engine",
      run: async (say) => {
        const stopped = await stopOwnEngine(options.cacheDirectory);
        announce(say)(stopped ? "stopped" : "not started by 'up', so it is left alone");
      },
    });
  }
  await runSteps(steps);
}

async function removeEnvironment(name: string, volumes: boolean, say: Say): Promise<void> {
  await removeContainers(name, announce(say));
  if (!volumes) {
    announce(say)("data is kept: 'npm run up' finds it again, 'npm run down -- --volumes' removes it");
    return;
  }
  const left = await listVolumes(name);
  if (left.length > 0) await exec("docker", ["volume", "rm", ...left]);
  // Nothing that it lists is there any more.
  for (const file of [stateFileOf(name), `${stateFileOf(name)}.backup`]) rmSync(file, { force: true });
  announce(say)("data and Terraform's state are removed");
}
