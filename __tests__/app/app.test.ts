import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { App } from "cdktf";
import { buildApp } from "../../app";
import { ConfigurationError } from "../../constructs/core/validation";
import type { EnvironmentConfig } from "../../environments/environment";
import { ENVIRONMENTS } from "../../environments";
import { local } from "../../environments/local";
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

test("every environment that there is becomes a stack of its name", () => {
  expect(stacks(build(ENVIRONMENTS))).toEqual(ENVIRONMENTS.map((environment) => environment.name));
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

test("a Kubernetes environment can be stated, and is refused until a stack deploys it", () => {
  expect(() => build([KUBERNETES])).toThrow(
    new ConfigurationError([
      "environment 'staging': no stack deploys to Kubernetes yet; use a platform of kind 'docker'",
    ]),
  );
});
