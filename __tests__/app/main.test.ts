import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { exec } from "../../tools/lib/exec";
import { ROOT } from "../../tools/lib/paths";

const output = mkdtempSync(join(tmpdir(), "main-"));
afterAll(() => rmSync(output, { recursive: true }));

/** As cdktf itself runs it, with none of the tools around it. */
function synth(environment: string, env: Readonly<Record<string, string>> = {}) {
  return exec(process.execPath, ["tools/synth.cjs"], {
    cwd: ROOT,
    env: { ENVIRONMENTS: environment, CDKTF_OUTDIR: output, ...env },
    allowFailure: true,
  });
}

test("a variable that would send releases to another cluster is refused where there are any", async () => {
  const refused = await synth("production", { KUBE_CONFIG_PATHS: "/another" });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toBe(
    "KUBE_CONFIG_PATHS ('/another') is set, and Terraform's helm provider would deploy there whatever an environment says: unset it\n",
  );
  expect((await synth("local", { KUBE_CONFIG_PATHS: "/another" })).exitCode).toBe(0);
  expect((await synth("production", { KUBE_CONFIG_PATHS: "" })).exitCode).toBe(0);
});
