import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../environments/environment";
import { stackNames } from "../../stacks/stack-names";
import { exec } from "../lib/exec";
import { ROOT } from "../lib/paths";

/**
 * The stacks of an environment by their names, as cdktf writes them. The app is run by itself, into a folder of its own: it is not in the
 * way of a deploy, and nothing of an earlier synth is taken for a stack of today's.
 */
export async function synthesizedStacks(environment: EnvironmentConfig): Promise<Readonly<Record<string, string>>> {
  const output = mkdtempSync(join(tmpdir(), "manifests-"));
  try {
    await exec(process.execPath, [join(ROOT, "tools/synth.cjs")], {
      cwd: ROOT,
      env: { ENVIRONMENTS: environment.name, CDKTF_OUTDIR: output, KUBE_CONFIG_PATHS: undefined },
    });
    return Object.fromEntries(
      stackNames(environment).map((name) => [name, readFileSync(join(output, "stacks", name, "cdk.tf.json"), "utf8")]),
    );
  } finally {
    rmSync(output, { recursive: true });
  }
}
