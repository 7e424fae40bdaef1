import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { App } from "cdktf";
import { buildApp } from "../../app";
import type { EnvironmentConfig } from "../../environments/environment";
import type { ImageDigests } from "../../images/digests";
import type { ImageSet } from "../../images/image-set";
import { IMAGES } from "../support/environments";
import { KubernetesJson } from "../support/kubernetes-json";
import { required } from "../support/synthesized";

const directory = mkdtempSync(join(tmpdir(), "stacks-"));
afterAll(() => rmSync(directory, { recursive: true }));

let builds = 0;

/** An environment's stacks by name, synthesized as `main.ts` does it, validation included. */
export function synth(
  environment: EnvironmentConfig,
  images: ImageSet = IMAGES,
  digests: ImageDigests = {},
): Record<string, KubernetesJson> {
  const outdir = join(directory, String(builds++));
  const app = new App({ outdir });
  buildApp(app, [environment], { images, digests, stateDirectory: "/state" });
  app.synth();
  return Object.fromEntries(
    readdirSync(join(outdir, "stacks")).map((name) => [
      name,
      new KubernetesJson(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")),
    ]),
  );
}

export function pipelineOf(
  environment: EnvironmentConfig,
  images: ImageSet = IMAGES,
  digests: ImageDigests = {},
): KubernetesJson {
  return required(synth(environment, images, digests)[`${environment.name}-pipeline`], "pipeline");
}

/** What runs pods, by name: that of a Job without its hash. */
export function workloadsOf(json: KubernetesJson): string[] {
  return json
    .workloads()
    .map(({ object }) => object.metadata.name.replace(/-[0-9a-f]{8}$/, ""))
    .sort();
}

/** Images without Kibana's, and without that of the proxy before it: what the source `packages` has. */
export const WITHOUT_KIBANA: ImageSet = without(without(IMAGES, "kibana"), "oauth2Proxy");

export function without<T extends object, K extends keyof T>(all: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== key)) as Omit<T, K>;
}
