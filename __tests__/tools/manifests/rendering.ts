import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import type { KubernetesObject } from "../../../tools/manifests/object";
import { OpenApi } from "../../../tools/manifests/openapi";
import { renderManifests } from "../../../tools/manifests/render";

export const API = OpenApi.read();

/** A stack as cdktf writes it, with what `build` puts on it. */
export function synth(build: (stack: TerraformStack) => void): string {
  // One directory for all: an app makes its own and never removes it.
  const stack = new TerraformStack(Testing.app({ outdir: join(tmpdir(), "log-pipeline-tests") }), "test");
  new KubernetesProvider(stack, "kubernetes");
  build(stack);
  return Testing.synth(stack, true);
}

export async function render(build: (stack: TerraformStack) => void): Promise<readonly KubernetesObject[]> {
  return renderManifests({ test: synth(build) }, API);
}

/** Everything that is wrong with what `build` puts on a stack. */
export async function refusals(build: (stack: TerraformStack) => void): Promise<readonly string[]> {
  return problemsOf(render(build));
}

export async function problemsOf(rendering: Promise<unknown>): Promise<readonly string[]> {
  const error = await rendering.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof Error)) throw new Error("everything was rendered");
  if (error.name !== "UserError") throw error;
  return error.message.split("\n").map((line) => line.replace(/^- /, ""));
}
