import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Testing } from "cdktf";
import { parseConsumerSettings } from "../../../contract/consumer-settings";
import { dev } from "../../../environments/dev";
import type { EnvironmentConfig, KubernetesPlatform } from "../../../environments/environment";
import { production } from "../../../environments/production";
import { staging } from "../../../environments/staging";
import { PipelineStack } from "../../../stacks/pipeline-stack";
import { COMPONENT, ECK_TLS, PORT, READER_SECRET } from "../../../tools/kubernetes/components";
import { allCustomResources, madeOf } from "../../support/custom-resources";
import { IMAGES } from "../../support/environments";
import { KubernetesJson } from "../../support/kubernetes-json";
import { required } from "../../support/synthesized";

function pipelineOf(environment: EnvironmentConfig & { readonly platform: KubernetesPlatform }): KubernetesJson {
  const app = Testing.app({ outdir: join(tmpdir(), "log-pipeline-tests") });
  const { platform } = environment;
  const stack = new PipelineStack(app, "pipeline", { environment, platform, images: IMAGES, stateDirectory: "/state" });
  return new KubernetesJson(Testing.synth(stack, true));
}

const json = pipelineOf(dev);
const workloads = ["stateful_set_v1", "deployment_v1", "daemon_set_v1"].flatMap((kind) => json.resources(kind));

test.each(Object.values(COMPONENT))("the tools call %s as its construct does", (component) => {
  const found = workloads.find(({ metadata }) => metadata.name === component);
  expect(found?.spec.template.metadata.labels).toMatchObject({
    "app.kubernetes.io/name": component,
    "app.kubernetes.io/instance": dev.name,
  });
});

test.each(Object.entries(PORT))("the tools speak with %s on a port that it serves", (component, port) => {
  const found = workloads.find(({ metadata }) => metadata.name === component);
  expect(found?.spec.template.spec.container[0].port).toContainEqual(expect.objectContaining({ container_port: port }));
});

test.each([dev, staging, production])("the user who may search is one of those that are made: $name", (environment) => {
  const { users } = JSON.parse(pipelineOf(environment).env("job_v1", "credentials")["CREDENTIALS"] ?? "{}");
  expect(users).toContainEqual({ secret: READER_SECRET, username: "read", roles: ["read"] });
});

describe.each([staging, production])("what operators run in $name", (environment) => {
  const operated = pipelineOf(environment);
  const made = madeOf(allCustomResources(operated.json));

  test("Elasticsearch proves who it is to the tools as to its clients", () => {
    const settings = parseConsumerSettings(operated.env("deployment_v1", "consumer"));
    const authority = required(settings.ELASTICSEARCH_CA_FILE, "authority");
    expect(operated.secretFile("deployment_v1", "consumer", authority)).toBe(`${ECK_TLS.secret}/${ECK_TLS.key}`);
    expect(made.secrets[ECK_TLS.secret]).toContain(ECK_TLS.key);
    expect(settings.ELASTICSEARCH_URLS).toEqual([
      `https://${ECK_TLS.serverName(environment.platform.namespace.name)}:${PORT.elasticsearch}`,
    ]);
  });

  test("Elasticsearch is found by the tools as if we ran it, on a port that it serves", () => {
    const pods = made.pods.filter(
      ({ labels }) =>
        labels["app.kubernetes.io/name"] === COMPONENT.elasticsearch &&
        labels["app.kubernetes.io/instance"] === environment.name,
    );
    expect(pods.map(({ name }) => name)).toEqual(["masters", "hot", "warm"].map((set) => `elasticsearch-es-${set}`));
    for (const { ports } of pods) expect(ports).toContain(PORT.elasticsearch);
  });
});
