import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { parse } from "yaml";
import { parseCredentialsSettings } from "../../contract/credentials-settings";
import { production } from "../../environments/production";
import { staging } from "../../environments/staging";
import { CONTEXT, KUBECONFIG, NODE } from "../../tools/cluster/layout";
import { eckOperatorPath, ensureOperatorPrograms } from "../../tools/cluster/operators";
import type { Event } from "../../tools/kubernetes/ailments";
import { Kubectl } from "../../tools/kubernetes/kubectl";
import type { Pod } from "../../tools/kubernetes/pods";
import { exec } from "../../tools/lib/exec";
import { cacheDir, LOCAL_DIR, ROOT } from "../../tools/lib/paths";
import { until } from "../support/until";
import { type KubernetesObject, podTemplateOf } from "./cluster";
import { type EckFacts, eckMade, nodeSets } from "./eck-made";
import { EckOperator, isOvertaken } from "./eck-operator";
import { allows, type NetworkPolicy, type Place } from "./network-policies";
import { npm } from "./npm";
import { applyStrictly, existing, refusalOf, remove } from "./objects";
import { hasStrimziDefinitions, LEFT_OUT, OfflineCharts } from "./offline-charts";
import { isNodeDirectory, violations } from "./pod-security";
import { RestrictedNamespace, withoutNodeDirectories } from "./restricted-namespace";
import { ServiceAccountAccess } from "./service-account";

/**
 * The kubeconfig of a cluster that runs, to work on this file with: it is used as it is and left running. Without it, this
 * machine's cluster is made anew.
 */
const RUNNING = env["TEST_KUBECONFIG"];

const charts = new OfflineCharts(cacheDir(env));
let kubectl: Kubectl;
let definitionsBefore: readonly string[];
let restricted: RestrictedNamespace;

beforeAll(async () => {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  for (const what of LEFT_OUT) say(`NOT TESTED: ${what}`);
  if (!RUNNING) {
    // What an earlier run left is no part of this one.
    await npm("cluster-down", [], { inherit: true });
    await npm("cluster-up", ["--no-images"], { inherit: true });
  }
  await ensureOperatorPrograms({ cacheDirectory: cacheDir(env), env, signal: new AbortController().signal, say });

  const cluster = { kubeconfig: RUNNING ?? KUBECONFIG, context: CONTEXT };
  kubectl = (await Kubectl.of(production, { ...production.platform, cluster })).inNamespace("default");
  // Most of what pods ask for is not to be had here: nor shall the rest of them start.
  if (!RUNNING) await kubectl.run(["cordon", NODE]);
  definitionsBefore = await namesOf(kubectl, "customresourcedefinitions");
  restricted = await RestrictedNamespace.create(kubectl, ["credentials", "elastic-operator"]);
});

// Jest tells of a file when it is through; minutes of silence look like a hang.
beforeEach(() => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${expect.getState().currentTestName}\n`);
});

afterAll(async () => {
  charts.remove();
  if (!RUNNING) return void (await npm("cluster-down", [], { inherit: true }));
  await restricted?.remove();
  const now = await namesOf(kubectl, "customresourcedefinitions");
  await kubectl.run([
    "delete",
    "crd",
    "--ignore-not-found",
    "none",
    ...now.filter((it) => !definitionsBefore.includes(it)),
  ]);
});

describe.each<EckFacts>([staging, production])("$name", (facts) => {
  const { namespace, operators, elasticsearch } = facts.platform;
  let objects: readonly KubernetesObject[];
  let own: Kubectl;

  let ours: readonly KubernetesObject[] = [];

  beforeAll(async () => {
    own = kubectl.inNamespace(namespace.name);
    objects = (await charts.render(facts.name)).filter((object) => hasStrimziDefinitions || !isStrimzis(object));
    const clusterWide = objects.filter((object) => !object.metadata.namespace && !isDefinition(object));
    const others = await existing(kubectl, clusterWide);
    if (others.length > 0) throw new Error(`somebody else has this in the cluster: ${others.join(", ")}`);
    ours = clusterWide;
    // Without these, everything else is refused.
    await applyStrictly(kubectl, objects.filter(isDefinition));
    await kubectl.run(["wait", "--for=condition=Established", "--timeout=60s", "customresourcedefinitions", "--all"]);
    await applyStrictly(kubectl, objects.filter(isNamespace));
  });

  // The other environment has the same names: it is for a cluster of its own.
  afterAll(() => remove(kubectl, ours));

  describe("a real API server", () => {
    test("takes every object, strictly and with nothing to warn of", async () => {
      const { applied, warnings } = await applyStrictly(kubectl, objects, "--dry-run=server");
      expect(warnings).toBe("");
      expect(applied).toHaveLength(objects.length);
      expect(applied.filter((line) => !line.endsWith(" serverside-applied (server dry run)"))).toEqual([]);
    });

    test("knows the custom resources, and would refuse a field that it does not know", async () => {
      const ofStrimzi = ["Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser"];
      const kinds = new Map(objects.filter(isCustom).map((object) => [object.kind, object]));
      expect([...kinds.keys()].sort()).toEqual([
        "Elasticsearch",
        ...(hasStrimziDefinitions ? ofStrimzi : []),
        "Kibana",
      ]);
      for (const [kind, object] of kinds) {
        const refusal = await refusalOf(kubectl, { ...object, spec: { ...object.spec, misspelt: true } });
        expect([kind, refusal]).toEqual([kind, expect.stringMatching(UNKNOWN)]);
      }
    });

    // ECK's definitions let anything pass there.
    test("knows every field of their pods", async () => {
      const { nodeSets: sets } = required(objects, "Elasticsearch", "elasticsearch").spec;
      const templates = [...sets, required(objects, "Kibana", "kibana").spec].map(({ podTemplate }) => podTemplate);
      expect(templates).toHaveLength(Object.keys(nodeSets(facts)).length + 1);
      for (const { metadata, spec } of templates) {
        expect(await refusalOf(own, podTemplate(metadata, spec))).toBe("");
        const misspelt = podTemplate(metadata, { ...spec, misspelt: true });
        expect(await refusalOf(own, misspelt)).toMatch(UNKNOWN);
      }
    });

    test("holds pods to the restricted Pod Security Standard, but for directories of the node", async () => {
      const templates = objects.filter(isWorkload).map(podTemplateOf);
      const refused = await restricted.refusals(templates);
      const services = "sampleServices" in facts ? ["gateway", "orders", "payments"] : [];
      expect([...refused.keys()].sort()).toEqual(["filebeat", ...services]);
      for (const said of refused.values()) {
        expect(violations(said).length).toBeGreaterThan(0);
        expect(violations(said).filter((violation) => !isNodeDirectory(violation))).toEqual([]);
      }
      expect(await restricted.refusals(templates.map(withoutNodeDirectories))).toEqual(new Map());
    });
  });

  // It is the real one, with the configuration and the rights that its chart gives it, but no pod of this cluster. What it
  // does once an Elasticsearch answers is not seen: none of that size can be run here.
  describe("the ECK operator", () => {
    let operator: EckOperator;
    let account: ServiceAccountAccess;
    let before: Readonly<Record<Kind, readonly string[]>>;
    let made: Readonly<Record<Kind, readonly KubernetesObject[]>>;
    let pods: readonly Pod[];

    beforeAll(async () => {
      // What it and its pods ask for. No workloads, which have no image here, and no webhook, which nobody would answer.
      const others = objects.filter(
        (it) => !isWorkload(it) && !isCustom(it) && it.kind !== "ValidatingWebhookConfiguration",
      );
      await applyStrictly(kubectl, others);
      await applyStrictly(own, [snapshotCredentials(elasticsearch.snapshots.credentialsSecret)]);
      await makeCredentials(own, objects);
      before = await each((kind) => namesOf(own, kind));

      const { serviceAccountName } = required(objects, "StatefulSet", "elastic-operator").spec.template.spec;
      account = await ServiceAccountAccess.open(kubectl.inNamespace(operators.namespace.name), serviceAccountName);
      const config = join(account.folder, "eck.yaml");
      writeFileSync(config, required(objects, "ConfigMap", "elastic-operator").data?.["eck.yaml"] ?? "");
      operator = new EckOperator({
        program: eckOperatorPath(cacheDir(env)),
        config,
        kubeconfig: account.kubeconfig,
        logFile: join(LOCAL_DIR, "logs", `eck-operator-${facts.name}.log`),
      });
      await applyStrictly(kubectl, objects.filter(isCustom));
      pods = await podsOnceMade();
      made = await each(async (kind) =>
        (await own.list<KubernetesObject>(kind)).filter(({ metadata }) => !before[kind].includes(metadata.name)),
      );
    });

    afterAll(async () => {
      await operator?.stop();
      account?.close();
    });

    test("makes every object of an Elasticsearch and a Kibana, and no other", () => {
      const names = Object.entries(made).map(([kind, those]) => [
        kind,
        those.map(({ metadata }) => metadata.name).sort(),
      ]);
      expect(Object.fromEntries(names)).toEqual(eckMade(facts));
    });

    test("makes as many pods of each kind as the facts say, and the API server admits them", () => {
      const replicas = [...made.statefulsets, ...made.deployments].map(({ metadata, spec }) => [
        metadata.name,
        spec.replicas,
      ]);
      expect(Object.fromEntries(replicas)).toEqual({ ...nodeSets(facts), "kibana-kb": facts.kibana.replicas });
      for (const { spec } of [...made.statefulsets, ...made.deployments]) {
        expect(pods.filter((pod) => matches(spec.selector.matchLabels, pod))).toHaveLength(spec.replicas);
      }
      // None of them can be placed on this node, or none of them gets its image.
      expect(pods.filter(({ status }) => status.phase !== "Pending")).toEqual([]);
    });

    test("finds nothing wrong with them", async () => {
      const status = async (kind: string) => (await own.get<KubernetesObject>(kind, kind))?.status;
      const ofElasticsearch = await status("elasticsearch");
      expect(ofElasticsearch).toMatchObject({ phase: "ApplyingChanges", version: versionOf(objects, "Elasticsearch") });
      const conditions = ofElasticsearch.conditions as readonly { type: string; status: string; message: string }[];
      // Only what an Elasticsearch has to answer for is not true.
      expect(
        conditions
          .filter(({ status }) => status !== "True")
          .map(({ type }) => type)
          .sort(),
      ).toEqual(["ElasticsearchIsReachable", "ReconciliationComplete"]);
      expect(await status("kibana")).toMatchObject({
        associationStatus: "Established",
        version: versionOf(objects, "Kibana"),
      });
      // Kibana has to wait for Elasticsearch's certificates, and says so.
      const warnings = await warningsOn("Elasticsearch", "Kibana");
      expect(
        warnings.filter((warning) => !warning.startsWith("AssociationError kibana") && !isOvertaken(warning)),
      ).toEqual([]);
      expect(operator.errors()).toEqual([]);
    });

    test("gives Elasticsearch our users and roles, and both what belongs into their keystores", async () => {
      const files = await secret("elasticsearch-es-xpack-file-realm");
      const { CREDENTIALS } = parseCredentialsSettings(settingsOf(credentialsJob(objects)));
      const users = CREDENTIALS.users.map(({ username }) => username);
      expect(users.length).toBeGreaterThanOrEqual(3);
      const lines = (file: string) => (files[file] ?? "").split("\n");
      expect(lines("users").map((line) => line.replace(/:.*/, ""))).toEqual(expect.arrayContaining(users));
      const roles = lines("users_roles").flatMap((line) => {
        const [role = "", those = ""] = line.split(":");
        return those.split(",").map((user) => `${role} ${user}`);
      });
      expect(roles).toEqual(
        expect.arrayContaining(
          CREDENTIALS.users.flatMap((user) => user.roles.map((role) => `${role} ${user.username}`)),
        ),
      );
      const ours = parse((await secret("elasticsearch-roles"))["roles.yml"] ?? "") as object;
      expect(Object.keys(ours).sort()).toEqual(CREDENTIALS.users.flatMap((user) => user.roles).sort());
      expect(parse(files["roles.yml"] ?? "")).toMatchObject(ours);

      const keystore = async (name: string) => Object.keys(await secret(`${name}-secure-settings`)).sort();
      const credentials = await secret(elasticsearch.snapshots.credentialsSecret);
      expect(await keystore("elasticsearch-es")).toEqual(Object.keys(credentials).sort());
      const entries = required(objects, "Kibana", "kibana").spec.secureSettings[0].entries as readonly {
        path: string;
      }[];
      expect(await keystore("kibana-kb")).toEqual(entries.map(({ path }) => path).sort());
    });

    test("makes pods that keep to the restricted Pod Security Standard", async () => {
      const templates = [...made.statefulsets, ...made.deployments].map(podTemplateOf);
      expect(await restricted.refusals(templates)).toEqual(new Map());
      // What we add to its steps takes the place of none of them.
      for (const { template } of templates) {
        const steps = template.spec.initContainers as readonly { name: string; command?: readonly string[] }[];
        expect(steps.map(({ name }) => name)).toContain("elastic-internal-init-keystore");
        expect(steps.filter(({ command }) => !command)).toEqual([]);
      }
    });

    test("makes pods that one budget each protects, and a Service that leads to those that take lines", async () => {
      const budgets = await own.list<KubernetesObject>("poddisruptionbudgets");
      const sets = [...made.statefulsets, ...made.deployments];
      for (const { metadata, spec } of sets) {
        // The API server evicts no pod that two of them protect.
        const its = budgets.filter((budget) => matches(budget.spec.selector.matchLabels, spec.template));
        expect([metadata.name, its.map((budget) => budget.metadata.name)]).toEqual([
          metadata.name,
          [metadata.name === "kibana-kb" ? "kibana" : "elasticsearch-es-default"],
        ]);
      }
      const led = (service: string) => {
        const { spec } = required(made.services, "Service", service);
        return sets
          .filter(({ spec: { template } }) => matches(spec.selector, template))
          .map(({ metadata }) => metadata.name);
      };
      expect(led("elasticsearch-es-http")).toEqual(["elasticsearch-es-hot"]);
      expect(led("kibana-kb-http")).toEqual(["kibana-kb"]);
    });

    test("makes pods that network policies let through to what is granted, and to nothing else", async () => {
      const policies = await own.list<NetworkPolicy>("networkpolicies");
      const workloads = [...objects.filter((it) => isWorkload(it) && it.metadata.namespace === namespace.name)];
      const ours = [...workloads, ...made.statefulsets, ...made.deployments].map(podTemplateOf);
      const places = new Map<string, Place>([
        ...ours.map(
          ({ name, template }) => [name.replace(HASH, ""), place(namespace.name, template.metadata.labels)] as const,
        ),
        ["the operator", place(operators.namespace.name, { "control-plane": "elastic-operator" })],
        [
          "a stranger",
          place("elsewhere", { "app.kubernetes.io/name": "consumer", "app.kubernetes.io/instance": facts.name }),
        ],
      ]);
      const clients = (of: string, port: number) => {
        const server = places.get(of);
        if (!server) throw new Error(`there are no pods of ${of}`);
        return [...places]
          .filter(([name, client]) => {
            const { egress, ingress } = allows(policies, client, server, port);
            return name !== of && egress && ingress;
          })
          .map(([name]) => name)
          .sort();
      };
      const nodes = Object.keys(nodeSets(facts));
      for (const node of nodes) {
        const others = nodes.filter((other) => other !== node);
        expect(clients(node, 9200)).toEqual(
          ["consumer", "content", "content-heal", ...others, "kibana-kb", "the operator"].sort(),
        );
        expect(clients(node, 9300)).toEqual(others.sort());
      }
      expect(clients("kibana-kb", 5601)).toEqual(["kibana-content", "kibana-content-heal", "oidc-proxy"]);
    });

    test("would tell of what cannot work", async () => {
      const invalid: KubernetesObject = {
        apiVersion: "elasticsearch.k8s.elastic.co/v1",
        kind: "Elasticsearch",
        metadata: { name: "without-masters", namespace: namespace.name },
        spec: {
          version: versionOf(objects, "Elasticsearch"),
          nodeSets: [{ name: "hot", count: 1, config: { "node.roles": ["data_hot"] } }],
        },
      };
      await applyStrictly(kubectl, [invalid]);
      await until("it is told", async () => (await warningsOn("Elasticsearch")).length > 0, TOLD_MS);
      expect(await warningsOn("Elasticsearch")).toContainEqual(expect.stringMatching(/^Validation without-masters: /));
      expect((await own.get<KubernetesObject>("elasticsearch", "without-masters"))?.status.phase).toBe("Invalid");
      expect(operator.errors().length).toBeGreaterThan(0);
    });

    /** @throws Error telling how far it came */
    async function podsOnceMade(): Promise<readonly Pod[]> {
      const wanted = [...Object.values(nodeSets(facts)), facts.kibana.replicas].reduce((sum, count) => sum + count);
      let found: readonly Pod[] = [];
      const made = async () => {
        if (!operator.running) throw new Error("the operator has ended");
        found = await own.list<Pod>("pods");
        return found.length >= wanted;
      };
      await until(`there are ${wanted} pods`, made, MADE_MS).catch(async (error: unknown) => {
        const { stdout } = await own.run(["get", "elasticsearch,kibana", "--output=yaml"]);
        const warnings = await warningsOn("Elasticsearch", "Kibana");
        throw new Error([(error as Error).message, ...warnings, ...operator.errors(), stdout].join("\n"));
      });
      return found;
    }

    async function warningsOn(...kinds: readonly string[]): Promise<readonly string[]> {
      return (await own.list<Event>("events"))
        .filter(({ type, involvedObject: { kind = "" } }) => type !== "Normal" && kinds.includes(kind))
        .map(({ reason, involvedObject, message }) => `${reason} ${involvedObject.name}: ${message}`);
    }

    async function secret(name: string): Promise<Readonly<Record<string, string>>> {
      const { data = {} } = (await own.get<KubernetesObject>("secret", name)) ?? {};
      return Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
      );
    }
  });
});

/** Makes passwords and keys as the environment's own Job does: with its program, its settings and its rights. */
async function makeCredentials(own: Kubectl, objects: readonly KubernetesObject[]): Promise<void> {
  const job = credentialsJob(objects);
  const { serviceAccountName, containers } = job.spec.template.spec;
  const account = await ServiceAccountAccess.open(own, serviceAccountName);
  try {
    await exec(process.execPath, ["--import", "tsx", "consumer/src/main.ts", ...containers[0].args], {
      cwd: ROOT,
      env: { ...settingsOf(job), KUBERNETES_URL: account.server, KUBERNETES_ACCOUNT_DIRECTORY: account.folder },
    });
  } finally {
    account.close();
  }
}

function credentialsJob(objects: readonly KubernetesObject[]): KubernetesObject {
  return required(objects, "Job", "credentials");
}

function settingsOf({ spec }: KubernetesObject): Record<string, string> {
  const variables = spec.template.spec.containers[0].env as readonly { name: string; value: string }[];
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

/** What custom resources say of their pods, with what they leave to the operator. */
function podTemplate(metadata: object, spec: KubernetesObject["spec"]): KubernetesObject {
  const withImages = (containers: readonly object[] = []) => containers.map((it) => ({ image: "none", ...it }));
  const { containers, initContainers } = spec;
  return {
    apiVersion: "v1",
    kind: "PodTemplate",
    metadata: { name: "any" },
    template: {
      metadata,
      spec: { ...spec, containers: withImages(containers), initContainers: withImages(initContainers) },
    },
  };
}

/** What people make before they deploy. */
function snapshotCredentials(name: string): KubernetesObject {
  const data = { "s3.client.default.access_key": "none", "s3.client.default.secret_key": "none" };
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  return { apiVersion: "v1", kind: "Secret", metadata: { name }, data: Object.fromEntries(encoded) };
}

/** Of whatever comes of it. */
const KINDS = ["statefulsets", "deployments", "services", "secrets", "poddisruptionbudgets"] as const;
type Kind = (typeof KINDS)[number];

async function each<T>(of: (kind: Kind) => Promise<T>): Promise<Readonly<Record<Kind, T>>> {
  const entries = await Promise.all(KINDS.map(async (kind) => [kind, await of(kind)] as const));
  return Object.fromEntries(entries) as Record<Kind, T>;
}

async function namesOf(where: Kubectl, kind: string): Promise<readonly string[]> {
  return (await where.list<KubernetesObject>(kind)).map(({ metadata }) => metadata.name);
}

/** The name of a Job ends with a hash of what it is. */
function required(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.find(
    (it) => it.kind === kind && it.metadata.name.replace(kind === "Job" ? HASH : "", "") === name,
  );
  if (!found) throw new Error(`there is no ${kind} '${name}'`);
  return found;
}

function versionOf(objects: readonly KubernetesObject[], kind: string): string {
  return required(objects, kind, kind.toLowerCase()).spec.version;
}

function matches(
  selector: Readonly<Record<string, string>>,
  { metadata }: Pick<KubernetesObject, "metadata">,
): boolean {
  return Object.entries(selector).every(([label, value]) => metadata.labels?.[label] === value);
}

function place(namespace: string, labels: Readonly<Record<string, string>>): Place {
  return { pod: { namespace, namespaceLabels: { "kubernetes.io/metadata.name": namespace }, labels } };
}

const isNamespace = ({ kind }: KubernetesObject) => kind === "Namespace";
const isDefinition = ({ kind }: KubernetesObject) => kind === "CustomResourceDefinition";
const isWorkload = ({ kind }: KubernetesObject) =>
  ["CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet"].includes(kind);
const isStrimzis = ({ apiVersion }: KubernetesObject) => apiVersion.startsWith("kafka.strimzi.io/");
const isCustom = (object: KubernetesObject) => isStrimzis(object) || object.apiVersion.includes(".k8s.elastic.co/");

/** As it is said by whoever sees it first. */
const UNKNOWN = /unknown field "([a-z]+\.)*misspelt"|misspelt: field not declared in schema/;

const HASH = /-[0-9a-f]{8}$/;

/** Both take seconds. */
const MADE_MS = 90_000;
const TOLD_MS = 30_000;
