import { resolve } from "node:path";
import type { EnvironmentConfig } from "../../environments/environment";
import { chosenStacks } from "../lib/chosen-stacks";
import { UserError } from "../lib/user-error";
import { writeManifests } from "../manifests/files";
import { helmProgram } from "../manifests/helm";
import { OpenApi } from "../manifests/openapi";
import { renderManifests } from "../manifests/render";
import { synthesizedStacks } from "../manifests/synthesized";
import { toYaml } from "../manifests/yaml";

export interface ManifestsOptions {
  /** A folder for one file an object. @default everything is printed */
  readonly out?: string;
  /** A cluster's OpenAPI document. @default that of a released Kubernetes */
  readonly openapi?: string;
  /** The helm program, which only charts need. */
  readonly helm: string;
  /** Names of stacks. @default all of the environment */
  readonly stack?: readonly string[];
}

/** Prints, or writes, what an environment deploys to Kubernetes as plain YAML. */
export async function printManifests(environment: EnvironmentConfig, options: ManifestsOptions): Promise<void> {
  if (environment.platform.kind !== "kubernetes") {
    throw new UserError(`environment '${environment.name}' does not run on Kubernetes: it has no Kubernetes objects`);
  }
  const chosen = chosenStacks(environment, options.stack);
  const openapi = OpenApi.read(options.openapi);
  const stacks = await synthesizedStacks(environment);
  const objects = await renderManifests(stacks, openapi, helmProgram(options.helm), chosen);
  if (options.out === undefined) {
    process.stdout.write(toYaml(objects));
  } else {
    const count = writeManifests(objects, options.out);
    console.error(`${count} objects are in ${resolve(options.out)}.`);
  }
}
