import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Testing } from "cdktf";
import pino from "pino";
import { ContainerImage } from "../../../constructs/core/container-image";
import { ConfigurationError } from "../../../constructs/core/validation";
import { Credentials } from "../../../constructs/credentials/credentials";
import { applyCredentials } from "../../../consumer/src/commands/credentials-apply";
import { parseCredentialsSettings, secretNames } from "../../../contract/credentials-settings";
import { KubernetesDouble, type RuleJson } from "../../consumer/credentials-kubernetes-double";
import { type KubernetesJson, SITE, stackWithSite, synthOnSite } from "../../support/kubernetes-json";

const IMAGE = ContainerImage.of("consumer:2");
type Declare = (credentials: Credentials) => void;

const FULL: Declare = (credentials) => {
  credentials.addUser("writer", ["write", "monitor"]);
  credentials.addUser("elastic", ["superuser"]);
  credentials.addKeys("some-keys", ["first", "second"]);
};

function synth(declare: Declare = FULL): KubernetesJson {
  return synthOnSite((stack, site) => declare(new Credentials(stack, "Credentials", site, { image: IMAGE })));
}

function unsynthesized() {
  const { stack, site } = stackWithSite();
  return { stack, credentials: new Credentials(stack, "Credentials", site, { image: IMAGE }) };
}

const settingsOf = (json: KubernetesJson) => parseCredentialsSettings(json.env("job_v1", "credentials"));

/** A Role has its rules at its top level. */
function rulesOf(json: KubernetesJson): RuleJson[] {
  return (json.named("role_v1", "credentials") as unknown as { rule: RuleJson[] }).rule;
}

describe("declaring", () => {
  test("a user's password is in a Secret of its own", () => {
    const { credentials } = unsynthesized();
    const { username, password } = credentials.addUser("writer", ["write"]);
    expect([username, password.toString()]).toEqual(["writer", "elasticsearch-user-writer/password"]);
  });

  test("keys are in one Secret", () => {
    const { credentials } = unsynthesized();
    const keys = credentials.addKeys("some-keys", ["first", "second"]);
    expect([keys.first, keys.second].map(String)).toEqual(["some-keys/first", "some-keys/second"]);
  });

  test("a user who is added twice is one, unless the roles differ", () => {
    const { credentials } = unsynthesized();
    expect(credentials.addUser("a", ["one"])).toEqual(credentials.addUser("a", ["one"]));
    expect(() => credentials.addUser("a", ["one", "two"])).toThrow(
      new ConfigurationError([
        "user 'a' is added with the roles 'one,two' and with 'one': name another user, or agree on the roles",
      ]),
    );
  });

  test("keys are added once", () => {
    const { credentials } = unsynthesized();
    credentials.addKeys("keys", ["one"]);
    expect(() => credentials.addKeys("keys", ["one"])).toThrow(
      new ConfigurationError(["the keys 'keys' are added twice: name one of the two Secrets otherwise"]),
    );
  });

  test.each([
    ["a user", (credentials: Credentials) => void credentials.addUser("A", ["a"]), "'elasticsearch-user-A'"],
    ["keys", (credentials: Credentials) => void credentials.addKeys("a.b", ["a"]), "'a.b'"],
  ])("%s with a name that no Secret can have is refused", (_, declare, name) => {
    expect(() => declare(unsynthesized().credentials)).toThrow(`secret ${name}: its name must be a DNS label`);
  });

  test("credentials that nobody asks for fail at synth", () => {
    const { stack } = unsynthesized();
    expect(() => Testing.synth(stack, true)).toThrow(
      "[stack/Credentials] nothing asks for credentials: call addUser() or addKeys(), or leave this out",
    );
  });
});

describe("the program", () => {
  test("reads what was declared, although that was later than the Job", () => {
    const { CREDENTIALS, CREDENTIALS_OWNER } = settingsOf(synth());
    expect(CREDENTIALS).toEqual({
      labels: { "app.kubernetes.io/name": "credentials", "app.kubernetes.io/instance": SITE.environment },
      users: [
        { secret: "elasticsearch-user-elastic", username: "elastic", roles: ["superuser"] },
        { secret: "elasticsearch-user-writer", username: "writer", roles: ["write", "monitor"] },
      ],
      keys: [{ secret: "some-keys", keys: ["first", "second"] }],
      fileRealm: "elasticsearch-file-realm",
    });
    expect(CREDENTIALS_OWNER).toBe("credentials");
  });

  test("makes no realm where there are no users", () => {
    const { CREDENTIALS } = settingsOf(synth((credentials) => void credentials.addKeys("keys", ["one"])));
    expect(secretNames(CREDENTIALS)).toEqual(["keys"]);
  });

  test("runs again when another user is declared, not when the same are declared in another order", () => {
    const reversed: Declare = (credentials) => {
      credentials.addKeys("some-keys", ["first", "second"]);
      credentials.addUser("elastic", ["superuser"]);
      credentials.addUser("writer", ["write", "monitor"]);
    };
    const more: Declare = (credentials) => {
      FULL(credentials);
      credentials.addUser("another", ["write"]);
    };
    const name = (declare: Declare) => synth(declare).job("credentials").metadata.name;
    expect(name(reversed)).toBe(name(FULL));
    expect(name(more)).not.toBe(name(FULL));
  });

  test("is a command of the consumer's image, with an account of its own, whose token only it has", () => {
    const json = synth();
    const container = json.container("job_v1", "credentials");
    expect([container.image, container.args]).toEqual(["consumer:2", ["credentials", "apply"]]);
    expect(json.pod("job_v1", "credentials").spec).toMatchObject({
      service_account_name: "credentials",
      automount_service_account_token: true,
    });
    const account = json.named("service_account_v1", "credentials");
    expect(account).toMatchObject({
      automount_service_account_token: false,
      metadata: { namespace: SITE.namespace },
    });
  });

  test("waits for its rights, and is waited for", () => {
    const json = synth();
    expect(json.dependencies(json.job("credentials"))).toEqual(["role_binding_v1/credentials"]);
    expect(json.job("credentials").wait_for_completion).toBe(true);
  });

  test("may reach the API server, and nothing else; nothing may reach it", () => {
    const json = synth();
    const policies = json.policies();
    expect(Object.keys(policies)).toEqual(["credentials-to-api-server"]);
    const { spec } = policies["credentials-to-api-server"]!;
    expect(spec).toMatchObject({ policy_types: ["Egress"], egress: [{ ports: [{ port: "443" }, { port: "6443" }] }] });
    expect(json.pod("job_v1", "credentials").metadata.labels).toMatchObject(spec.pod_selector.match_labels ?? {});
  });
});

describe("its rights", () => {
  test.each<[string, Declare]>([
    ["all that is declared", FULL],
    ["keys alone", (credentials) => void credentials.addKeys("keys", ["one"])],
  ])("name every Secret that is made, and no other: %s", (_, declare) => {
    const json = synth(declare);
    const names = secretNames(settingsOf(json).CREDENTIALS).sort();
    expect(rulesOf(json)).toEqual([
      { api_groups: [""], resources: ["secrets"], verbs: ["create"] },
      { api_groups: [""], resources: ["secrets"], verbs: ["get", "update"], resource_names: names },
      { api_groups: [""], resources: ["serviceaccounts"], verbs: ["get"], resource_names: ["credentials"] },
    ]);
  });

  test("are bound to its account, in its namespace", () => {
    const json = synth();
    const binding = json.named("role_binding_v1", "credentials") as unknown as Record<string, unknown>;
    const reference = (kind: string) => expect.stringMatching(new RegExp(`^\\$\\{kubernetes_${kind}\\..*\\.name\\}$`));
    expect(binding).toMatchObject({
      metadata: { namespace: SITE.namespace },
      role_ref: { api_group: "rbac.authorization.k8s.io", kind: "Role", name: reference("role_v1") },
      subject: [{ kind: "ServiceAccount", name: reference("service_account_v1"), namespace: SITE.namespace }],
    });
    for (const kind of ["role_v1", "role_binding_v1", "service_account_v1"])
      expect(json.resources(kind)).toHaveLength(1);
    for (const kind of ["cluster_role_v1", "cluster_role_binding_v1", "secret_v1"])
      expect(json.resources(kind)).toEqual([]);
  });

  describe("are enough", () => {
    let double: KubernetesDouble;
    let url: string;
    beforeEach(async () => {
      double = new KubernetesDouble(SITE.namespace);
      url = await double.start();
    });
    afterEach(() => double.stop());

    const apply = (json: KubernetesJson, waitMs: number) =>
      applyCredentials(
        parseCredentialsSettings({
          ...json.env("job_v1", "credentials"),
          KUBERNETES_URL: url,
          KUBERNETES_ACCOUNT_DIRECTORY: double.directory,
          WAIT_DEADLINE_MS: String(waitMs),
        }),
        pino({ level: "silent" }),
      );

    test("for the program to make everything, and to change it when more is declared", async () => {
      const json = synth();
      double.rules = rulesOf(json);
      await apply(json, 1_000);
      expect([...double.secrets.keys()].sort()).toEqual(secretNames(settingsOf(json).CREDENTIALS).sort());

      const more = synth((credentials) => {
        FULL(credentials);
        credentials.addUser("another", ["write"]);
      });
      double.rules = rulesOf(more);
      await apply(more, 1_000);
      expect(double.values("elasticsearch-file-realm")["users_roles"]).toContain("write:another,writer\n");
    });

    test("and none is too much", async () => {
      const json = synth();
      const rules = rulesOf(json);
      for (const [at, rule] of rules.entries()) {
        for (const verb of rule.verbs) {
          double.secrets.clear();
          // Something that is to be changed.
          double.put("some-keys", { first: "1" }, { "app.kubernetes.io/managed-by": "log-pipeline-credentials" });
          const verbs = rule.verbs.filter((one) => one !== verb);
          double.rules = rules.with(at, { ...rule, verbs });
          await expect(apply(json, 1)).rejects.toThrow("403");
        }
      }
    });
  });
});
