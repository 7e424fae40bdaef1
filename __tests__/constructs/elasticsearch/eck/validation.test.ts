import { describe, expect, test } from "@jest/globals";
import { ContainerImage } from "../../../../constructs/core/container-image";
import { Size } from "../../../../constructs/core/size";
import { imageProblems, mayUse, stackVersion } from "../../../../constructs/elasticsearch/eck/stack-version";
import {
  masterProblems,
  tierProblems,
  type Topology,
  topologyProblems,
  zoneProblems,
} from "../../../../constructs/elasticsearch/eck/validation";

const LEAST = { memory: Size.gibibytes(1), storage: Size.gibibytes(1) };

describe("nodes of one kind", () => {
  test("may be one, of the least memory and storage", () => {
    expect(tierProblems({ nodes: 1, ...LEAST })).toEqual([]);
  });

  test.each([0, -1, 1.5])("cannot be %d", (nodes) => {
    expect(tierProblems({ nodes, ...LEAST })).toEqual([
      `Elasticsearch: 'nodes' (${nodes}) must be a whole number of at least 1: leave out what is not wanted`,
    ]);
  });

  test("with too little are told by the facts that state it", () => {
    const little = { nodes: 0, memory: Size.mebibytes(1023), storage: Size.mebibytes(1023) };
    expect(tierProblems(little, "warm.")).toEqual([
      "Elasticsearch: 'warm.nodes' (0) must be a whole number of at least 1: leave out what is not wanted",
      "Elasticsearch: 'warm.memory' (1023 MiB) must be at least 1 GiB: with less it is killed as soon as it has work to do; give more",
      "Elasticsearch: 'warm.storage' (1023 MiB) must be at least 1 GiB: with less it would take no documents soon; give more",
    ]);
  });
});

describe("masters", () => {
  type Counts = Parameters<typeof masterProblems>[0];

  test.each<[string, Counts]>([
    ["a single node", { nodes: 1 }],
    ["three nodes", { nodes: 3 }],
    ["four nodes, of which Elasticsearch leaves one without a vote", { nodes: 4 }],
    ["three masters", { nodes: 2, masters: { nodes: 3 } }],
    ["five masters", { nodes: 2, masters: { nodes: 5 } }],
    ["nodes with warm ones", { nodes: 3, warm: { nodes: 1 } }],
  ])("%s can work", (_, counts) => {
    expect(masterProblems(counts)).toEqual([]);
  });

  test.each([1, 2, 4])("cannot be %d of their own", (nodes) => {
    expect(masterProblems({ nodes: 3, masters: { nodes } })).toEqual([
      `Elasticsearch: 'masters.nodes' (${nodes}) must be odd and at least 3: a majority elects, so fewer bear no loss and one more bears no more; take 3`,
    ]);
  });

  test("cannot be two nodes that take lines", () => {
    expect(masterProblems({ nodes: 2 })).toEqual([
      "Elasticsearch: 'nodes' (2) elect the master by majority, so neither may be lost: take 1 or 3, or add 'masters'",
    ]);
  });

  test.each<[string, number, Counts]>([
    ["masters", 2, { nodes: 1, masters: { nodes: 3 } }],
    ["warm", 3, { nodes: 1, warm: { nodes: 2 } }],
    ["masters", 2, { nodes: 1, masters: { nodes: 3 }, warm: { nodes: 2 } }],
  ])("beside %s there cannot be one node: nothing could be drained", (others, take, counts) => {
    expect(masterProblems(counts)).toEqual([
      `Elasticsearch: 'nodes' (1) beside '${others}': no machine with an Elasticsearch could ever be drained, because ECK spares what there is only one of; take ${take} or leave the others out`,
    ]);
  });
});

describe("zones", () => {
  type Spread = Parameters<typeof zoneProblems>[0];

  test.each<[string, Spread]>([
    ["none told from another", { nodes: 1 }],
    ["one", { nodes: 1, zones: 1, replicas: 0 }],
    ["three, with a node in each", { nodes: 3, zones: 3, replicas: 1 }],
    ["three, with masters in each", { nodes: 3, masters: { nodes: 3 }, zones: 3, replicas: 1 }],
    ["four, with masters in three", { nodes: 4, masters: { nodes: 3 }, zones: 4, replicas: 1 }],
    ["three, with warm nodes in each", { nodes: 6, warm: { nodes: 3 }, zones: 3, replicas: 2 }],
    ["three, and unknown copies", { nodes: 3, zones: 3 }],
  ])("%s: that can work", (_, spread) => {
    expect(zoneProblems(spread)).toEqual([]);
  });

  test.each([0, 1.5])("cannot be %d", (zones) => {
    expect(zoneProblems({ nodes: 3, zones })).toEqual([
      `Elasticsearch: 'zones' (${zones}) must be a whole number of at least 1: correct it`,
    ]);
  });

  test.each<[Spread, string]>([
    [
      { nodes: 3, masters: { nodes: 3 }, zones: 2 },
      "of 'masters.nodes' (3) the loss of one of 'zones' (2) takes 2, and the 1 that are left are no majority: spread over 3 zones, or count them as 1",
    ],
    [
      { nodes: 4, zones: 3 },
      "of 'nodes' (4) the loss of one of 'zones' (3) takes 2, and the 2 that are left are no majority: add nodes, as many in each zone",
    ],
  ])("%j: one that is lost takes the master", (spread, problem) => {
    expect(zoneProblems(spread)).toEqual([`Elasticsearch: ${problem}`]);
  });

  test("without a node of a kind that keeps lines", () => {
    const spread = { nodes: 3, masters: { nodes: 5 }, warm: { nodes: 2 }, zones: 4 };
    expect(zoneProblems(spread)).toEqual([
      "Elasticsearch: 'nodes' (3) must be at least 'zones' (4): a zone without such a node takes no copy; add nodes or lower 'zones'",
      "Elasticsearch: 'warm.nodes' (2) must be at least 'zones' (4): a zone without such a node takes no copy; add nodes or lower 'zones'",
    ]);
  });

  test("without copies", () => {
    expect(zoneProblems({ nodes: 3, zones: 3, replicas: 0 })).toEqual([
      "Elasticsearch: 'replicas' (0) must be at least 1 over 'zones' (3): the loss of a zone would be the loss of its shards; raise it",
    ]);
  });
});

describe("all of it", () => {
  const WHOLE: Topology = {
    nodes: 3,
    ...LEAST,
    masters: { nodes: 3, ...LEAST },
    warm: { nodes: 3, ...LEAST },
    zones: 3,
  };

  test("can work", () => {
    expect(topologyProblems(WHOLE)).toEqual([]);
    expect(topologyProblems({ ...WHOLE, heap: Size.mebibytes(512) })).toEqual([]);
  });

  test.each<[string, Partial<Topology>, RegExp]>([
    ["memory", { memory: Size.mebibytes(1023), storage: Size.gibibytes(1) }, /'memory' \(1023 MiB\)/],
    ["heap", { heap: Size.mebibytes(513) }, /'heap' \(513 MiB\)/],
    ["masters' memory", { masters: { ...LEAST, nodes: 3, memory: Size.mebibytes(1023) } }, /'masters.memory'/],
    ["warm nodes' storage", { warm: { ...LEAST, nodes: 3, storage: Size.mebibytes(1023) } }, /'warm.storage'/],
    ["masters", { masters: { ...LEAST, nodes: 4 }, zones: 1 }, /'masters.nodes' \(4\)/],
    ["zones", { zones: 4 }, /'zones' \(4\)/],
  ])("%s: each rule counts", (_, change, problem) => {
    const problems = topologyProblems({ ...WHOLE, ...change });
    expect(problems.length).toBeGreaterThan(0);
    for (const each of problems) expect(each).toMatch(problem);
  });
});

describe("the version", () => {
  test.each([
    ["docker.elastic.co/elasticsearch/elasticsearch:9.5.0", "9.5.0"],
    ["log-pipeline/elasticsearch:9.5.0-0123456789ab", "9.5.0"],
    [`registry.example.com:5000/kibana:9.10.12@sha256:${"a".repeat(64)}`, "9.10.12"],
  ])("of %s is its tag's", (reference, version) => {
    expect(stackVersion(ContainerImage.of(reference))).toBe(version);
    expect(imageProblems("Kibana", ContainerImage.of(reference))).toEqual([]);
  });

  test.each(["elasticsearch:9", "elasticsearch:9.5", "elasticsearch:9.5.0-SNAPSHOT", "elasticsearch:v9.5.0"])(
    "of %s is unknown",
    (reference) => {
      expect(stackVersion(ContainerImage.of(reference))).toBeUndefined();
      expect(imageProblems("Elasticsearch", ContainerImage.of(reference))).toEqual([
        `Elasticsearch: 'image' (${reference}) must have a version as its tag, such as '9.5.0': ECK does what that version needs`,
      ]);
    },
  );

  test("of a digest is unknown", () => {
    expect(stackVersion(ContainerImage.of(`elasticsearch@sha256:${"1".repeat(64)}`))).toBeUndefined();
  });

  test.each([
    ["9.5.0", "9.5.0", true],
    ["9.5.3", "9.5.0", true],
    ["9.4.0", "9.10.0", true],
    ["8.19.0", "9.0.0", true],
    ["9.6.0", "9.5.9", false],
    ["10.0.0", "9.9.0", false],
  ])("%s may use %s: %s", (version, used, may) => {
    expect(mayUse(version, used)).toBe(may);
  });
});
