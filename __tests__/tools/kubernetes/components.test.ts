import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Testing } from "cdktf";
import { dev } from "../../../environments/dev";
import { PipelineStack } from "../../../stacks/pipeline-stack";
import { COMPONENT, PORT, READER_SECRET } from "../../../tools/kubernetes/components";
import { IMAGES } from "../../support/environments";
import { KubernetesJson } from "../../support/kubernetes-json";

const app = Testing.app({ outdir: join(tmpdir(), "log-pipeline-tests") });
const stack = new PipelineStack(app, "pipeline", {
  environment: dev,
  platform: dev.platform,
  images: IMAGES,
  stateDirectory: "/state",
});
const json = new KubernetesJson(Testing.synth(stack));
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

test("the user who may search is one of those that are made", () => {
  const { users } = JSON.parse(json.env("job_v1", "credentials")["CREDENTIALS"] ?? "{}");
  expect(users.map((user: { secret: string }) => user.secret)).toContain(READER_SECRET);
});
