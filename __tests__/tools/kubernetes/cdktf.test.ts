import { describe, expect, test } from "@jest/globals";
import { dev } from "../../../environments/dev";
import type { EnvironmentConfig, KubernetesPlatform } from "../../../environments/environment";
import { lockFlags, missingProviders } from "../../../tools/kubernetes/cdktf";
import { placeOf, requireConsent, requireUnprotected } from "../../../tools/kubernetes/consent";
import { runDestroy } from "../../../tools/commands/cdktf";
import { destroyInKubernetes } from "../../../tools/kubernetes/destroy";
import { UserError } from "../../../tools/lib/user-error";
import { kubernetesPlatformWith } from "../../support/environments";

describe("a provider that cannot be had", () => {
  const said = (stderr: string) => missingProviders({ stdout: "", stderr });
  const [KUBERNETES, HELM] = ["hashicorp/kubernetes", "hashicorp/helm"];

  test.each<[said: string, missing: string[]]>([
    [
      `│ Error: Failed to query available provider packages
│
│ Could not retrieve the list of available versions for provider
│ hashicorp/kubernetes: could not connect to registry.terraform.io`,
      [KUBERNETES],
    ],
    // The other was there.
    [
      `- Installing hashicorp/kubernetes v2.38.0...
╷
│ Error: Failed to query available provider packages
│
│ Could not retrieve the list of available versions for provider hashicorp/helm:
│ could not connect to registry.terraform.io
╵`,
      [HELM],
    ],
    [
      `│ Error: Failed to query available provider packages
│ Could not retrieve the list of available versions for provider hashicorp/helm: no
╵
╷
│ Error: Failed to query available provider packages
│ Could not retrieve the list of available versions for provider hashicorp/kubernetes: no`,
      [KUBERNETES, HELM],
    ],
    ["╷\n│ Error: Could not retrieve providers for locking\n│", [KUBERNETES, HELM]],
    ["│ Error: Failed to install\n│ provider\n│\n│ Error while installing hashicorp/helm v3.1.1: no", [HELM]],
    [
      "provider registry registry.opentofu.org does not have a provider named\n│ registry.opentofu.org/hashicorp/kubernetes",
      [KUBERNETES],
    ],
  ])("is known by what Terraform says: %s", (text, missing) => {
    expect(said(text)).toEqual(missing);
  });

  test("is not what every failure is", () => {
    expect(said("│ Error: Waiting for rollout to finish: 1 replicas wanted; 0 replicas Ready")).toEqual([]);
    expect(said("│ Error: provider hashicorp/helm said no")).toEqual([]);
    expect(said("")).toEqual([]);
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

const IMPORTED = { kind: "imported" } as unknown as NonNullable<KubernetesPlatform["elasticsearch"]>;

describe("what is protected", () => {
  const claims = (whenDestroyed: "keep" | "delete") => ({ ...dev.platform.claims, whenDestroyed });
  const OPERATED = {
    namespace: { name: "logs", create: true },
    operators: { namespace: { name: "operators", create: true } },
    kafka: { kind: "strimzi" },
    elasticsearch: { kind: "eck" },
    claims: claims("keep"),
  } satisfies Partial<KubernetesPlatform>;
  const refusal = (parts: string, are = "are") =>
    `nothing was removed: environment 'review' keeps its data, so ${parts} in namespace 'logs' of context 'review' ${are} protected. To remove it with its data, state 'platform.claims.whenDestroyed: "delete"' (environments/), 'npm run deploy -- review', and destroy it then`;
  const check = (environment: EnvironmentConfig) =>
    requireUnprotected(environment, environment.platform as KubernetesPlatform);

  test.each<[string, string, Partial<KubernetesPlatform>, string]>([
    ["all of it", "the namespace, release 'kafka', release 'elasticsearch'", {}, "are"],
    ["what is ours", "release 'kafka', release 'elasticsearch'", { namespace: { name: "logs", create: false } }, "are"],
    ["one part", "release 'kafka'", { namespace: { name: "logs", create: false }, elasticsearch: IMPORTED }, "is"],
  ])("is named before anything is removed: %s", (_, parts, change, are) => {
    const environment = kubernetesPlatformWith({ ...OPERATED, ...change });
    expect(() => check(environment)).toThrow(new UserError(refusal(parts, are)));
  });

  test("holds up destroying it, and nobody is asked about that", async () => {
    const environment = kubernetesPlatformWith(OPERATED);
    const message = refusal("the namespace, release 'kafka', release 'elasticsearch'");
    for (const yes of [true, false]) await expect(runDestroy(environment, {}, { yes })).rejects.toThrow(message);
    const platform = environment.platform as KubernetesPlatform;
    await expect(destroyInKubernetes(environment, platform, {}, () => undefined)).rejects.toThrow(message);
  });

  test.each<[string, Partial<KubernetesPlatform>]>([
    ["its data shall go", { claims: claims("delete") }],
    // Claims stay by themselves in a namespace that stays.
    [
      "its claims outlive it",
      { namespace: { name: "logs", create: false }, kafka: undefined, elasticsearch: undefined } as never,
    ],
  ])("is nothing where %s", (_, change) => {
    expect(() => check(kubernetesPlatformWith({ ...OPERATED, ...change }))).not.toThrow();
  });
});
