import { scheduleProblems } from "../constructs/consumer/schedule";
import { Problems } from "../constructs/core/validation";
import { topologyProblems } from "../constructs/elasticsearch/eck/validation";
import { heapProblems, memoryProblems } from "../constructs/elasticsearch/heap";
import { attributeProblems } from "../constructs/elasticsearch/imported-validation";
import { storageProblems } from "../constructs/elasticsearch/node-environment";
import type { EckElasticsearch, EnvironmentConfig, KubernetesPlatform } from "./environment";
import { spelledAs } from "./paths";
import { zonesOf } from "./zones";

/** What cannot work in an environment's Elasticsearch; empty if nothing. */
export function elasticsearchProblems(environment: EnvironmentConfig): string[] {
  const { elasticsearch, platform } = environment;
  const { nodes, replicas, shards } = elasticsearch;
  return spelledAs(PATHS, [
    ...new Problems()
      .require(
        replicas < nodes,
        `'replicas' (${replicas}) must be below 'nodes' (${nodes}): a copy never shares a node with its original; lower it or add a node`,
      )
      .require(shards >= 1, `'shards' (${shards}) must be at least 1`)
      .list(),
    ...(platform.kind === "kubernetes"
      ? [...engineProblems(environment, platform), ...healProblems(environment)]
      : sizeProblems(environment)),
  ]);
}

function sizeProblems({ elasticsearch: { memory, heap } }: EnvironmentConfig): string[] {
  return [...memoryProblems(memory), ...(heap ? heapProblems(heap, memory) : [])];
}

function healProblems({ elasticsearch: { healContent } }: EnvironmentConfig): string[] {
  return healContent === undefined ? [] : scheduleProblems(healContent);
}

function engineProblems(environment: EnvironmentConfig, platform: KubernetesPlatform): string[] {
  const { nodes } = environment.elasticsearch;
  const { elasticsearch: engine, claims } = platform;
  switch (engine?.kind) {
    case "imported":
      return attributeProblems(engine);
    case "eck":
      return operatedProblems(environment, platform, engine);
    case undefined:
      return new Problems()
        .require(
          nodes === 1,
          `'nodes' (${nodes}) must be 1 where no operator runs them: lower it, or say who runs more in 'platform.elasticsearch'`,
        )
        .add(sizeProblems(environment))
        .add(storageProblems(claims.elasticsearch))
        .list();
  }
}

function operatedProblems(
  { elasticsearch }: EnvironmentConfig,
  platform: KubernetesPlatform,
  { masters, warm }: EckElasticsearch,
): string[] {
  const { replicas } = elasticsearch;
  return new Problems()
    .add(
      topologyProblems({
        ...elasticsearch,
        ...(masters ? { masters } : {}),
        ...(warm ? { warm } : {}),
        storage: platform.claims.elasticsearch,
        zones: zonesOf(platform),
      }),
    )
    .require(
      !warm || replicas < warm.nodes,
      `'replicas' (${replicas}) must be below 'warm.nodes' (${warm?.nodes}): a copy never shares a node with its original; lower it or add a node`,
    )
    .list();
}

/** As facts are called in rules of one tier or another, and where the file has them. */
const PATHS = {
  nodes: "elasticsearch.nodes",
  memory: "elasticsearch.memory",
  heap: "elasticsearch.heap",
  replicas: "elasticsearch.replicas",
  shards: "elasticsearch.shards",
  schedule: "elasticsearch.healContent",
  storage: "platform.claims.elasticsearch",
  zones: "platform.zones",
  masters: "platform.elasticsearch.masters",
  "masters.nodes": "platform.elasticsearch.masters.nodes",
  "masters.memory": "platform.elasticsearch.masters.memory",
  "masters.storage": "platform.elasticsearch.masters.storage",
  warm: "platform.elasticsearch.warm",
  "warm.nodes": "platform.elasticsearch.warm.nodes",
  "warm.memory": "platform.elasticsearch.warm.memory",
  "warm.storage": "platform.elasticsearch.warm.storage",
  urls: "platform.elasticsearch.urls",
  cidrs: "platform.elasticsearch.cidrs",
  credentials: "platform.elasticsearch.credentials",
} as const;
