import type { EnvironmentConfig } from "../../environments/environment";
import { UserError } from "../lib/user-error";
import type { PipelineAccess } from "./pipeline-access";

/**
 * Lets a check reach the pipeline of an environment, wherever that runs, and ends what was started for it.
 *
 * @throws UserError if the environment does not run
 */
export async function withAccess<T>(
  environment: EnvironmentConfig,
  use: (access: PipelineAccess) => Promise<T>,
): Promise<T> {
  const access = await openAccess(environment);
  try {
    return await use(access);
  } finally {
    await access.close();
  }
}

/** @throws UserError where nothing writes lines that a check could follow */
export function requireSampleServices({ name, sampleServices }: EnvironmentConfig): void {
  if (sampleServices) return;
  throw new UserError(
    `environment '${name}' has no sample services, through which 'verify' sends its requests: 'verify --environment ${name} --trace <id>' shows what became of a request to yours`,
  );
}

async function openAccess(environment: EnvironmentConfig): Promise<PipelineAccess> {
  const { platform } = environment;
  switch (platform.kind) {
    case "docker": {
      const { DockerPipelineAccess } = await import("./docker-access");
      const access = new DockerPipelineAccess(environment, platform);
      await access.requireRunning();
      return access;
    }
    case "kubernetes": {
      const { KubernetesPipelineAccess } = await import("./kubernetes-access");
      return KubernetesPipelineAccess.open(environment, platform);
    }
  }
}
