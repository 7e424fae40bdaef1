import { describe, expect, test } from "@jest/globals";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { dev } from "../../environments/dev";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { managed } from "../../environments/examples/managed";
import { local } from "../../environments/local";
import { production } from "../../environments/production";
import { ELASTICSEARCH_LACKS } from "../../images/catalog";
import { bodyOf, contentOf, pathsOf } from "../support/content";

const ILM = "_ilm/policy/logs-app";
const TEMPLATES = [
  "_component_template/logs-app@mappings",
  "_component_template/logs-app@settings",
  "_index_template/logs-app",
];
const LIFECYCLE = {
  rolloverSize: Size.gibibytes(1),
  rolloverAge: Duration.days(2),
  deleteAfter: Duration.days(4),
};
const SNAPSHOTS = ["_snapshot/log-pipeline", "_slm/policy/log-pipeline"];
const LACKED = ELASTICSEARCH_LACKS.packages;
const streams = ({ name }: EnvironmentConfig) => [
  `_data_stream/logs-app.dead_letter-${name}`,
  `_data_stream/logs-app-${name}`,
];

function without(environment: EnvironmentConfig): EnvironmentConfig {
  const { lifecycle: _, ...elasticsearch } = environment.elasticsearch;
  return { ...environment, elasticsearch };
}

describe("what Elasticsearch must know", () => {
  test("without a lifecycle and snapshots there are none", () => {
    for (const environment of [without(local), without(dev)])
      expect(pathsOf(contentOf(environment))).toEqual([...TEMPLATES, ...streams(environment)]);
  });

  test("with both, policies come before what names them", () => {
    expect(pathsOf(contentOf(production))).toEqual([...SNAPSHOTS, ILM, ...TEMPLATES, ...streams(production)]);
  });

  test("snapshots are those of a cluster that is ours, and only with them their policies are looked for", () => {
    expect(pathsOf(contentOf(managed))).toEqual([ILM, ...TEMPLATES, ...streams(managed)]);
    expect(contentOf(managed).complete).not.toContain("_slm/policy");
    expect(contentOf(production).complete).toContain("_slm/policy");
  });

  test("a lifecycle is that of the facts; without warm nodes nothing is moved", () => {
    const environment = { ...local, elasticsearch: { ...local.elasticsearch, lifecycle: LIFECYCLE } };
    expect(bodyOf(contentOf(environment), "_ilm/policy", "logs-app")).toMatchObject({
      policy: {
        phases: {
          hot: {
            actions: { rollover: { max_primary_shard_size: "1gb", max_age: "2d" }, set_priority: { priority: 100 } },
          },
          delete: { min_age: "4d", actions: { delete: {} } },
        },
      },
    });
    expect(JSON.stringify(contentOf(environment))).not.toContain("warm");
  });

  test("of an Elasticsearch from packages no more is asked than it has, and that is said", () => {
    const environment = { ...dev, elasticsearch: { ...dev.elasticsearch, lifecycle: LIFECYCLE } };
    const content = contentOf(environment, LACKED);
    expect(pathsOf(content)).toEqual(TEMPLATES);
    expect(content.leftOut.map(({ what }) => what)).toEqual([ILM, ...streams(dev)]);
    expect(JSON.stringify(content.content)).not.toContain("lifecycle");
  });

  test("an Elasticsearch that is not of our image has everything, whatever the images are from", () => {
    const platform = { ...production.platform } as KubernetesPlatform;
    for (const environment of [managed, { ...production, platform }])
      expect(contentOf(environment, LACKED)).toEqual(contentOf(environment));
  });
});
