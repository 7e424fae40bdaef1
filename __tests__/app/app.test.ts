import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { App, type TerraformStack } from "cdktf";
import { buildApp } from "../../app";
import { ConfigurationError } from "../../constructs/core/validation";
import type { EnvironmentConfig } from "../../environments/environment";
import { allEnvironments, environmentsNamed } from "../../environments";
import { dev } from "../../environments/dev";
import { local } from "../../environments/local";
import { stackNames } from "../../stacks/stack-names";
import { IMAGES, KUBERNETES, localWith } from "../support/environments";

const outdir = mkdtempSync(join(tmpdir(), "app-"));
afterAll(() => rmSync(outdir, { recursive: true }));

function build(environments: readonly EnvironmentConfig[]): App {
  const app = new App({ outdir });
  buildApp(app, environments, { images: IMAGES, stateDirectory: "/state" });
  return app;
}

function stacks(app: App): string[] {
  return app.node.children.map((child) => child.node.id);
}

test("every environment that there is becomes its stacks, in the order of their deployment", () => {
  const names = [
    "local",
    ...["dev", "staging", "production"].flatMap((name) => [`${name}-platform`, `${name}-pipeline`]),
  ];
  expect(stacks(build(allEnvironments()))).toEqual(names);
  expect(allEnvironments().flatMap(stackNames)).toEqual(names);
});

test("a namespace that is given needs no stack to make it", () => {
  expect(stacks(build([KUBERNETES]))).toEqual(["review-pipeline"]);
  expect(stackNames(KUBERNETES)).toEqual(["review-pipeline"]);
});

test("the pipeline waits for the platform, and previews for nothing of each other's", () => {
  const app = build(["pr-1", "pr-2"].flatMap((suffix) => environmentsNamed([dev.name], suffix)));
  const dependencies = (name: string) =>
    (app.node.findChild(name) as TerraformStack).dependencies.map((stack) => stack.node.id);
  expect(dependencies("dev-pr-1-pipeline")).toEqual(["dev-pr-1-platform"]);
  expect(dependencies("dev-pr-2-pipeline")).toEqual(["dev-pr-2-platform"]);
  expect(dependencies("dev-pr-1-platform")).toEqual([]);
});

test("only what was asked for is built", () => {
  expect(stacks(build([]))).toEqual([]);
  expect(stacks(build([localWith({ name: "one" }), localWith({ name: "two" })]))).toEqual(["one", "two"]);
});

test("problems of several environments are told together, each with its environment, and nothing is built", () => {
  const app = new App({ outdir });
  const wrong = [
    localWith({ name: "first", elasticsearch: { ...local.elasticsearch, replicas: 1 } }),
    local,
    localWith({ name: "second", consumer: { ...local.consumer, replicas: 5 } }),
  ];
  expect(() => buildApp(app, wrong, { images: IMAGES, stateDirectory: "/state" })).toThrow(
    new ConfigurationError([
      "environment 'first': 'elasticsearch.replicas' (1) must be below 'elasticsearch.nodes' (1): a copy never shares a node with its original; lower it or add a node",
      "environment 'second': 'consumer.replicas' (5) must be at most 'kafka.logs.partitions' (4): the others would have nothing to read; lower it or add partitions",
      "environment 'second': one Docker Engine runs one of each: set 'kafka.brokers' (1), 'elasticsearch.nodes' (1) and 'consumer.replicas' (5) to 1",
    ]),
  );
  expect(stacks(app)).toEqual([]);
});
