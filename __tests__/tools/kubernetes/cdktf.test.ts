import { describe, expect, test } from "@jest/globals";
import { dev } from "../../../environments/dev";
import { lockFlags, providerIsMissing } from "../../../tools/kubernetes/cdktf";
import { placeOf, requireConsent } from "../../../tools/kubernetes/consent";
import { UserError } from "../../../tools/lib/user-error";

describe("a provider that cannot be had", () => {
  const said = (stderr: string) => providerIsMissing({ stdout: "", stderr });

  test.each([
    `│ Error: Failed to query available provider packages
│
│ Could not retrieve the list of available versions for provider
│ hashicorp/kubernetes: could not connect to registry.terraform.io`,
    "╷\n│ Error: Could not retrieve providers for locking\n│",
    "│ Error: Failed to install\n│ provider\n│",
    "provider registry registry.opentofu.org does not have a provider named\n│ registry.opentofu.org/hashicorp/kubernetes",
  ])("is known by what Terraform says: %s", (text) => {
    expect(said(text)).toBe(true);
  });

  test("is not what every failure is", () => {
    expect(said("│ Error: Waiting for rollout to finish: 1 replicas wanted; 0 replicas Ready")).toBe(false);
    expect(said("")).toBe(false);
  });
});

test("with a mirror of the user's own, nothing is locked from the registry", () => {
  expect(lockFlags({})).toEqual([]);
  expect(lockFlags({ TF_CLI_CONFIG_FILE: "/etc/mirror.tfrc" })).toEqual(["--skip-provider-lock"]);
});

describe("consent", () => {
  const what =
    "this removes environment 'dev' from namespace 'log-pipeline-dev' of context 'log-pipeline', with all of its data";

  test("is the environment's name, typed", async () => {
    const asked: string[] = [];
    await requireConsent(dev, dev.platform, (question) => {
      asked.push(question);
      return Promise.resolve(" dev\n");
    });
    expect(asked).toEqual([`${what}.\nType 'dev' to go on: `]);
  });

  test.each(["", "y", "yes", "DEV", "prod"])("is not '%s'", async (answer) => {
    await expect(requireConsent(dev, dev.platform, () => Promise.resolve(answer))).rejects.toThrow(
      new UserError("nothing was removed: the answer was not 'dev'"),
    );
  });

  test("is not silence: where nobody can be asked it must be said before", async () => {
    await expect(requireConsent(dev, dev.platform)).rejects.toThrow(
      new UserError(`${what}: nobody is here to confirm that, so say it with '--yes'`),
    );
  });

  test("tells whether data is kept", async () => {
    const platform = { ...dev.platform, claims: { ...dev.platform.claims, whenDestroyed: "keep" as const } };
    await expect(requireConsent(dev, platform)).rejects.toThrow("and keeps its claims");
    expect(placeOf({ ...platform, cluster: "in-cluster" })).toBe("namespace 'log-pipeline-dev' of this cluster");
  });
});
