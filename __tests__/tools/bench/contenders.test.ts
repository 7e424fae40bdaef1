import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { parseConsumerSettings } from "../../../contract/consumer-settings";
import { fieldsOf, missingFields } from "../../../tools/bench/consumer/compare-fields";
import { CONTENDER_IDS, contenders } from "../../../tools/bench/consumer/contenders";
import { RENAMINGS } from "../../../tools/bench/consumer/fields";
import { profileShares } from "../../../tools/bench/consumer/profile";

const target = { brokers: ["kafka:9092"], topic: "t", group: "g", url: "http://sink:9200", stream: "logs-app-x" };

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "contenders-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const all = () => contenders({ consumer: "c:1", filebeat: "f:1", collector: "o:1" }, work);

describe("contenders", () => {
  test("are those that can be named", () => {
    expect(all().map(({ id }) => id)).toEqual([...CONTENDER_IDS]);
  });

  test("ours runs with the settings of a deploy, in one process or two of one group", () => {
    const [one, two] = all();
    expect(one!.containers(target)).toHaveLength(1);
    const containers = two!.containers(target);
    expect(new Set(containers.map(({ name }) => name)).size).toBe(2);
    for (const { env } of containers) {
      expect(parseConsumerSettings(env!)).toMatchObject({
        KAFKA_GROUP: "g",
        KAFKA_TOPIC: "t",
        ELASTICSEARCH_DATA_STREAM: "logs-app-x",
        ELASTICSEARCH_URLS: ["http://sink:9200"],
      });
    }
  });

  test.each([["filebeat"], ["otel-collector"]] as const)(
    "%s reads the same and moves every name to its field",
    (id) => {
      const [container] = all()
        .find((each) => each.id === id)!
        .containers(target);
      const [file] = Object.keys(container!.mounts!);
      const text = readFileSync(file!, "utf8");
      const config = parse(text) as FilebeatConfig & CollectorConfig;
      const moved = id === "filebeat" ? filebeatMoves(config) : collectorMoves(config);
      expect(moved).toEqual(expect.arrayContaining(RENAMINGS.map(({ name, field }) => `${name} -> ${field}`)));
      for (const word of [target.brokers[0]!, target.group, target.url, target.stream]) expect(text).toContain(word);
    },
  );
});

interface FilebeatConfig {
  readonly processors: readonly { readonly rename?: { readonly fields: readonly { from: string; to: string }[] } }[];
}

function filebeatMoves({ processors }: FilebeatConfig): string[] {
  return processors
    .flatMap(({ rename }) => rename?.fields ?? [])
    .map(({ from, to }) => `${from.replace(/^line\./, "")} -> ${to}`);
}

interface CollectorConfig {
  readonly processors: {
    readonly transform: { readonly log_statements: readonly { readonly statements: readonly string[] }[] };
  };
}

function collectorMoves({ processors }: CollectorConfig): string[] {
  return processors.transform.log_statements
    .flatMap(({ statements }) => statements)
    .flatMap((statement) => {
      const [, to, from] = /^set\(body((?:\["[^"]+"\])+), cache\["line"\]\["([^"]+)"\]\)/.exec(statement) ?? [];
      return to && from ? [`${from} -> ${to.slice(2, -2).replaceAll('"]["', ".")}`] : [];
    });
}

describe("the same work", () => {
  const ours = fieldsOf(['{"message":"m","@timestamp":"t","service":{"name":"a"},"http.request":{"id":"1"}}']);

  test("is told by the fields that documents have, in whatever way they are nested", () => {
    expect(ours).toMatchObject({ message: 1, "service.name": 1, "http.request.id": 1, "trace.id": 0 });
  });

  test("is refused where a contender leaves a field out", () => {
    const less = fieldsOf(['{"message":"m","@timestamp":"t","service.name":"a"}']);
    const compared = new Map([["ours", ours], ["filebeat", less]]); // prettier-ignore
    expect(() => missingFields(compared)).toThrow(
      "'filebeat' delivers 'http.request.id' in 0.0 % of its documents, our consumer in 100.0 %",
    );
    expect(() => missingFields(new Map([["ours", ours], ["filebeat", ours]]))).not.toThrow(); // prettier-ignore
  });
});

test("a profile's time belongs to the innermost step above it, and idle time to nobody", () => {
  const node = (id: number, functionName: string, children: readonly number[] = []) => ({
    id,
    callFrame: { functionName, url: "" },
    children,
  });
  const profile = {
    nodes: [
      node(1, "(root)", [2, 5, 6]),
      node(2, "normalise", [3]),
      node(3, "toString", [4]),
      node(4, "documentId"),
      node(5, "(idle)"),
      node(6, "(garbage collector)"),
    ],
    samples: [2, 3, 4, 5, 6, 1],
    timeDeltas: [10, 30, 40, 1000, 15, 5],
  };
  writeFileSync(join(work, "x.cpuprofile"), JSON.stringify(profile));
  expect(profileShares(work)).toEqual([
    { step: "line: parse, normalise", share: 0.4 },
    { step: "id: hash", share: 0.4 },
    { step: "garbage collection", share: 0.15 },
    { step: "other", share: 0.05 },
  ]);
});
