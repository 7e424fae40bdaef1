import { beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import type { Role } from "../../constructs/elasticsearch/roles";
import { parseConsumerSettings } from "../../contract/consumer-settings";
import { dataStreamName, deadLetterStreamName, MONTHLY_INDEX_PATTERN } from "../../contract/names";
import { dev } from "../../environments/dev";
import { monthly } from "../../environments/examples/monthly";
import { production } from "../../environments/production";
import { allCustomResources } from "../support/custom-resources";
import { changed } from "../support/environments";
import type { KubernetesJson } from "../support/kubernetes-json";
import { brokenRelations, flows } from "../support/kubernetes-relations";
import { pipelineOf, workloadsOf } from "./synthesized-stacks";

describe("an index for each calendar month", () => {
  let json: KubernetesJson;
  let streams: KubernetesJson;
  beforeAll(() => {
    json = pipelineOf(monthly);
    streams = pipelineOf(changed(dev, { name: "monthly" }));
  });

  test("is one fact, which changes no workload and no flow", () => {
    const { indexing, ...facts } = monthly.elasticsearch;
    expect([indexing, facts]).toEqual(["monthly", dev.elasticsearch]);
    expect(workloadsOf(json)).toEqual(workloadsOf(streams));
    expect(flows(json)).toEqual(flows(streams));
    expect(brokenRelations(json)).toEqual([]);
  });

  test("is what the consumer is told, and nothing else changes for it", () => {
    const [before, after] = [streams, json].map((each) => parseConsumerSettings(each.env("deployment_v1", "consumer")));
    expect(before?.ELASTICSEARCH_INDEXING).toBe("data-stream");
    expect(after).toEqual({ ...before, ELASTICSEARCH_INDEXING: "monthly" });
    expect(after).toMatchObject({
      ELASTICSEARCH_DATA_STREAM: dataStreamName("monthly"),
      ELASTICSEARCH_DEAD_LETTER_STREAM: deadLetterStreamName("monthly"),
    });
  });

  test("is where its user may create documents, and dead letters are a stream still", () => {
    const indexed = (each: KubernetesJson) =>
      (parse(each.file("elasticsearch-roles", "roles.yml")) as Record<string, Role>)[
        `index-${dataStreamName("monthly")}`
      ];
    const deadLetters = deadLetterStreamName("monthly");
    const privileges = ["create_doc", "auto_configure"];
    expect(indexed(json)?.indices).toEqual([{ names: [MONTHLY_INDEX_PATTERN, deadLetters], privileges }]);
    expect(indexed(streams)?.indices).toEqual([{ names: [dataStreamName("monthly"), deadLetters], privileges }]);
  });
});

test("an Elasticsearch that ECK runs lets its consumer write them as well", () => {
  const json = pipelineOf(changed(production, { "elasticsearch.indexing": "monthly" }));
  expect(json.env("deployment_v1", "consumer")["ELASTICSEARCH_INDEXING"]).toBe("monthly");
  const roles = allCustomResources(json.json).filter(({ kind }) => kind === "Secret");
  expect(JSON.stringify(roles)).toContain(MONTHLY_INDEX_PATTERN);
});
