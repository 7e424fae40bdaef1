import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { env } from "node:process";
import { Agent, request } from "undici";
import { dataStreamName, LOG_DIRECTORY } from "../../contract/names";
import { dev } from "../../environments/dev";
import { API_SERVER } from "../../tools/cluster/layout";
import { ensureDockerEngine } from "../../tools/host/docker-engine";
import { COMPONENT, READER_SECRET } from "../../tools/kubernetes/components";
import { Kubectl } from "../../tools/kubernetes/kubectl";
import { exec } from "../../tools/lib/exec";
import { cacheDir, ROOT } from "../../tools/lib/paths";
import { KubernetesPipelineAccess } from "../../tools/verify/kubernetes-access";
import type { VerifyReport } from "../../tools/verify/verify";
import { expectNothingMissing, surviving } from "../support/under-traffic";
import { until } from "../support/until";
import { EnvironmentInCluster, type KubernetesObject } from "./cluster";
import { FlowWatch } from "./flows";
import { allowedFlows, GRANTED, grantedFlows, observedFlows, readNetwork } from "./grants";
import { hostTraces, type HostTraces } from "./host";
import { npm } from "./npm";
import { isNodeDirectory, violations } from "./pod-security";
import { RestrictedNamespace, withoutNodeDirectories } from "./restricted-namespace";

/** What the pods' directories of this machine, which is the node, begin with that was not there before: it outlives them. */
const made = Object.values(dev.platform.nodeDirectories).flatMap((path) => firstAbsent(path) ?? []);

let before: HostTraces;
let kubectl: Kubectl;
let environment: EnvironmentInCluster;
let access: KubernetesPipelineAccess;
let flows: FlowWatch;
let warnings: string;

beforeAll(async () => {
  // As a user would, on a machine where anything may be missing. What an earlier run left is no part of this one.
  await npm("cluster-down", [], { inherit: true });
  // A Docker Engine that is started to build images is not the cluster's.
  await ensureDockerEngine(cacheDir(env), (line) => process.stderr.write(`${line}\n`));
  before = await hostTraces();
  await npm("cluster-up", [], { inherit: true });

  kubectl = await Kubectl.of(dev, dev.platform);
  environment = new EnvironmentInCluster(kubectl, dev.name, (await npm("manifests", [dev.name])).stdout);
  flows = new FlowWatch();
  warnings = (await environment.apply()).stderr;
  await environment.ready(READY_MS);
  access = await KubernetesPipelineAccess.open(dev, dev.platform);
});

// Jest tells of a file when it is through; minutes of silence look like a hang.
beforeEach(() => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${expect.getState().currentTestName}\n`);
});

afterAll(async () => {
  flows?.stop();
  await access?.close();
  await npm("cluster-down", [], { inherit: true });
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

test("kubectl applies every object, with nothing to warn of", () => {
  expect(warnings).toBe("");
});

describe("the proof", () => {
  test("verify: nothing lost, nothing doubled, the chain whole", async () => {
    await expectVerified(500);
  });

  test("an unknown trace is told in a sentence", async () => {
    const args = ["--environment", dev.name, "--trace", "0".repeat(31) + "1"];
    const unknown = await npm("verify", args, { allowFailure: true });
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain("no line has trace id");
    expect(unknown.stderr).not.toContain("    at ");
  });

  test("dead letters can be read", async () => {
    const started = new Date();
    await access.appendLog("hostile.log", Buffer.from(`{"message":"${"x".repeat(100)}","@timestamp":"never"}\n`));
    await until("the line arrived", async () => {
      const found = await access.search.file(`${LOG_DIRECTORY}/hostile.log`);
      return found.length + (await access.deadLettersSince(started)).length > 0;
    });
  });
});

// The cluster's own network enforces no policy: what they would let through is computed, and held against what happens.
describe("network policies", () => {
  test("let through what is granted, and nothing else", async () => {
    const network = await readNetwork(kubectl, environment);
    expect(allowedFlows(network)).toEqual(grantedFlows(network));
  });

  test("let every connection through that the running pods make", async () => {
    const network = await readNetwork(kubectl, environment);
    const observed = observedFlows(network, flows.stop());
    const allowed = allowedFlows(network);
    expect(observed.filter((flow) => !allowed.includes(flow))).toEqual([]);
    // Else nothing would have been looked at.
    expect(GRANTED.lasting.filter((flow) => !observed.includes(flow))).toEqual([]);
  });
});

describe("under traffic", () => {
  test.each([COMPONENT.filebeat, COMPONENT.consumer, COMPONENT.kafka, COMPONENT.elasticsearch])(
    "deleting the pods of %s loses and doubles nothing",
    async (component) => {
      expectNothingMissing(await surviving(access, () => environment.replacePods(component)));
    },
  );
});

describe("Pod Security Standard 'restricted', by the API server's word", () => {
  const SERVICES = ["gateway", "orders", "payments"];
  let restricted: RestrictedNamespace;

  beforeAll(async () => {
    restricted = await RestrictedNamespace.create(kubectl, ["credentials"]);
  });

  afterAll(() => restricted?.remove());

  test("every pod keeps to it but those that use a directory of the node", async () => {
    const templates = await environment.podTemplates();
    const refused = await restricted.refusals(templates);
    expect(templates.length).toBeGreaterThanOrEqual(10);
    expect([...refused.keys()].sort()).toEqual([COMPONENT.filebeat, ...SERVICES].sort());
    for (const said of refused.values()) {
      expect(violations(said).length).toBeGreaterThan(0);
      expect(violations(said).filter((violation) => !isNodeDirectory(violation))).toEqual([]);
    }
  });

  test("and those keep to it in everything else", async () => {
    const templates = await environment.podTemplates();
    expect(await restricted.refusals(templates.map(withoutNodeDirectories))).toEqual(new Map());
  });
});

describe("who is nobody, or somebody else", () => {
  const search = `/${dataStreamName(dev.name)}/_search`;
  const ask = async (path: string, init: { method?: "GET" | "POST"; authorization?: string; body?: string } = {}) => {
    const headers = {
      "content-type": "application/json",
      ...(init.authorization ? { authorization: init.authorization } : {}),
    };
    const { statusCode, body } = await request(`${access.url("elasticsearch")}${path}`, {
      method: init.method ?? "GET",
      headers,
      ...(init.body ? { body: init.body } : {}),
    });
    await body.dump();
    return statusCode;
  };

  test.each(["/", "/_cluster/health", search])("Elasticsearch tells nobody %s", async (path) => {
    expect(await ask(path)).toBe(401);
    expect(await ask(path, { authorization: `Basic ${Buffer.from("read:wrong").toString("base64")}` })).toBe(401);
  });

  test("the user who searches can do nothing else", async () => {
    const secret = await kubectl.get<{ data: Record<string, string> }>("secret", READER_SECRET);
    const value = (key: string) => Buffer.from(secret?.data[key] ?? "", "base64").toString();
    const authorization = `Basic ${Buffer.from(`${value("username")}:${value("password")}`).toString("base64")}`;
    expect(await ask(search, { authorization })).toBe(200);
    const body = JSON.stringify({ "@timestamp": new Date().toISOString(), message: "forged" });
    const stream = `/${dataStreamName(dev.name)}/_doc`;
    expect(await ask(stream, { method: "POST", authorization, body })).toBe(403);
    expect(await ask("/_security/user", { authorization })).toBe(403);
    expect(await ask("/_cluster/health", { authorization })).toBe(403);
  });

  test("the API server tells nobody anything", async () => {
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const path = `/api/v1/namespaces/${dev.platform.namespace.name}/secrets`;
    const { statusCode, body } = await request(`${API_SERVER}${path}`, { dispatcher });
    await body.dump();
    await dispatcher.close();
    expect([401, 403]).toContain(statusCode);
  });
});

describe("living with it", () => {
  const versions = (objects: readonly KubernetesObject[]) =>
    objects.map(({ kind, metadata }) => [kind, metadata.name, metadata.generation, metadata.resourceVersion]);

  test("applied again, nothing changes", async () => {
    expect(await environment.differences()).toBe("");
    const once = versions(await environment.objects());
    await environment.apply();
    expect(versions(await environment.objects())).toEqual(once);
  });

  test("after the node restarts everything comes back, and with it the proof", async () => {
    await exec(process.execPath, ["--import", "tsx", "__tests__/cluster/restart-node.ts"], {
      cwd: ROOT,
      inherit: true,
    });
    await environment.ready(READY_MS);
    await expectVerified(200);
  });

  test("a preview stands beside it, with names of its own", async () => {
    const suffix = "pr-1";
    const manifests = (await npm("manifests", [dev.name], { env: { ENVIRONMENT_SUFFIX: suffix } })).stdout;
    const namespace = `${dev.platform.namespace.name}-${suffix}`;
    const preview = new EnvironmentInCluster(kubectl.inNamespace(namespace), `${dev.name}-${suffix}`, manifests);
    await kubectl.run(["create", "namespace", namespace]);
    try {
      const { stdout, stderr } = await preview.apply("--dry-run=server", "--force-conflicts");
      expect(stderr).toBe("");
      expect(stdout.split("\n").filter(Boolean).length).toBe((await environment.objects()).length);
      expect(manifests).not.toMatch(new RegExp(`namespace: ${dev.platform.namespace.name}$`, "m"));
    } finally {
      await kubectl.run(["delete", "namespace", namespace, "--wait=false"]);
    }
  });
});

describe("the end", () => {
  test("an environment that is deleted leaves nothing", async () => {
    await access.close();
    await kubectl.run(["delete", "--ignore-not-found", "--filename=-"], { input: environment.manifests });
    expect(await kubectl.get("namespace", dev.platform.namespace.name)).toBeUndefined();
    await until("its volumes are gone", async () => (await kubectl.list("persistentvolumes")).length === 0);
  });

  test("a cluster that is taken down leaves nothing", async () => {
    await npm("cluster-down", [], { inherit: true });
    expect(await hostTraces()).toEqual(before);
  });
});

/** The proof by the command that people use, and that its trace is one. */
async function expectVerified(requests: number): Promise<void> {
  const args = ["--environment", dev.name, "--json"];
  const { stdout } = await npm("verify", [...args, "--requests", String(requests), "--rate", "50"]);
  const report = lastJson<VerifyReport>(stdout);
  expect(report).toMatchObject({ lost: 0, doubled: 0, trace: { services: ["gateway", "orders", "payments"] } });
  expect(report.written).toBeGreaterThan(requests * 3);
  expect(report.indexed + report.deadLettered).toBe(report.written);

  const trace = lastJson<readonly { traceId: string; service: string }[]>(
    (await npm("verify", [...args, "--trace", report.trace.id])).stdout,
  );
  expect(new Set(trace.map((line) => line.service))).toEqual(new Set(["gateway", "orders", "payments"]));
  expect(new Set(trace.map((line) => line.traceId))).toEqual(new Set([report.trace.id]));
}

/** The folder nearest to the root that would have to be made for a path; undefined if it is there. */
function firstAbsent(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  return firstAbsent(dirname(path)) ?? path;
}

function lastJson<T>(output: string): T {
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as T;
}

/** Two cores start Kafka, Elasticsearch and ten more pods. */
const READY_MS = 8 * 60_000;
