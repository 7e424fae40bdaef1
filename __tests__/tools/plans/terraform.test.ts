import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ExecError } from "../../../tools/lib/exec";
import { UserError } from "../../../tools/lib/user-error";
import { stackDirectory } from "../../../tools/lib/paths";
import { Terraform } from "../../../tools/plans/terraform";
import { kubernetesPlatformWith } from "../../support/environments";

const STACK = "terraform-test";
const folder = mkdtempSync(join(tmpdir(), "terraform-"));
const kubeconfig = join(folder, "kubeconfig");

beforeAll(() => {
  mkdirSync(stackDirectory(STACK), { recursive: true });
  const context = { name: "review", context: { cluster: "c", user: "u" } };
  writeFileSync(kubeconfig, JSON.stringify({ contexts: [context], clusters: [{ name: "c" }], users: [{ name: "u" }] }));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(stackDirectory(STACK), { recursive: true });
});

/** Says a version, and at all else what Terraform says, and fails. */
async function failing(said: string): Promise<Terraform> {
  const program = join(folder, "terraform");
  writeFileSync(
    program,
    `#!/bin/sh\n[ "$1" = version ] && { echo "Terraform v1.11.4"; exit 0; }\ncat >&2 <<'END'\n${said}\nEND\nexit 1\n`,
  );
  chmodSync(program, 0o755);
  const environment = kubernetesPlatformWith({ cluster: { kubeconfig, context: "review" } });
  return Terraform.of(environment, { TERRAFORM_BINARY_NAME: program }, undefined);
}

describe("a stack whose providers are fetched", () => {
  test("says which of them cannot be had, and what to do", async () => {
    const terraform = await failing(
      "Error: Failed to query available provider packages\n\nCould not retrieve the list of available versions for provider\nhashicorp/kubernetes: could not connect",
    );
    const init = terraform.init(STACK);
    await expect(init).rejects.toThrow(UserError);
    await expect(init).rejects.toThrow(
      /provider hashicorp\/kubernetes cannot be had from here: .*TF_CLI_CONFIG_FILE; or deploy without Terraform: 'npm run --silent manifests -- review/,
    );
  });

  test("says Terraform's own reason for anything else", async () => {
    const init = (await failing("Error: Backend configuration changed")).init(STACK);
    await expect(init).rejects.toThrow(ExecError);
    await expect(init).rejects.toThrow(/exited with 1:\nError: Backend configuration changed/);
  });
});
