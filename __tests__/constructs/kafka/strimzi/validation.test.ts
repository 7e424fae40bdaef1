import { describe, expect, test } from "@jest/globals";
import { Duration } from "../../../../constructs/core/duration";
import { Size } from "../../../../constructs/core/size";
import type { TopicProps } from "../../../../constructs/kafka/cluster";
import { ownCopies } from "../../../../constructs/kafka/strimzi/broker-config";
import {
  clusterStorageProblems,
  controllerProblems,
  nodeProblems,
  type Nodes,
  rebalanceProblems,
  zoneProblems,
} from "../../../../constructs/kafka/strimzi/validation";

describe("nodes", () => {
  test.each<[string, Nodes]>([
    ["one broker", { brokers: 1 }],
    ["three brokers", { brokers: 3 }],
    ["an even number beside controllers", { brokers: 4, controllers: 3 }],
    ["one broker for each zone", { brokers: 3, zones: 3 }],
    ["several for each zone", { brokers: 6, zones: 3, controllers: 3 }],
    ["two zones, of which none may be lost", { brokers: 2, zones: 1, controllers: 3 }],
    ["five controllers in three zones", { brokers: 3, zones: 3, controllers: 5 }],
    ["two brokers with Cruise Control", { brokers: 2, controllers: 3, cruiseControl: true }],
  ])("%s", (_, nodes) => {
    expect(nodeProblems(nodes)).toEqual([]);
  });

  test.each<[Nodes, string[]]>([
    [{ brokers: 0 }, ["Kafka: 'brokers' (0) must be a whole number of at least 1"]],
    [{ brokers: 1.5, controllers: 3 }, ["Kafka: 'brokers' (1.5) must be a whole number of at least 1"]],
    [
      { brokers: 4, zones: 3, controllers: 3 },
      [
        "Kafka: 'brokers' (4) must be a multiple of 'zones' (3): where a zone has fewer than another, each of them holds more; add or take brokers",
      ],
    ],
    [
      { brokers: 1, cruiseControl: true },
      [
        "Kafka: 'brokers' (1) must be at least 2 with 'cruiseControl', which moves partitions from one to another: add a broker or leave it out",
      ],
    ],
    [
      { brokers: 4 },
      [
        "Kafka: 'brokers' (4) must be odd without 'controllers', because they keep the metadata as well: a majority of 4 can spare no more than one of 3; add or take one, or name 'controllers'",
      ],
    ],
  ])("%j", (nodes, problems) => {
    expect(nodeProblems(nodes)).toEqual(problems);
  });

  test("no zone at all", () => {
    expect(nodeProblems({ brokers: 3, zones: 0 })).toContain("Kafka: 'zones' (0) must be a whole number of at least 1");
  });
});

describe("the quorum", () => {
  test.each<[Nodes, string[]]>([
    [{ brokers: 9, controllers: 3 }, []],
    [
      { brokers: 9, controllers: 4 },
      ["Kafka: 'controllers.nodes' (4) must be odd: a majority of 4 can spare no more than one of 3; add or take one"],
    ],
    [
      { brokers: 9, controllers: 1 },
      [
        "Kafka: 'controllers.nodes' (1) must be at least 3: with fewer, no node may be away; add nodes, or leave 'controllers' out",
      ],
    ],
    [{ brokers: 9, controllers: 2.5 }, ["Kafka: 'controllers.nodes' (2.5) must be a whole number of at least 1"]],
    [{ brokers: 4, controllers: 3, zones: 3 }, []],
    [
      { brokers: 4, controllers: 3, zones: 2 },
      [
        "Kafka: 'controllers.nodes' (3) in 'zones' (2) are 2 in one of them, and without it the metadata has no majority: add zones or nodes, or set 'zones' to 1 if the loss of one need not be survived",
      ],
    ],
    [{ brokers: 3, zones: 3 }, []],
    [
      { brokers: 3, zones: 2 },
      [
        "Kafka: 'brokers' (3) in 'zones' (2) are 2 in one of them, and without it the metadata has no majority: add zones or nodes, or set 'zones' to 1 if the loss of one need not be survived",
      ],
    ],
  ])("%j", (nodes, problems) => {
    expect(controllerProblems(nodes)).toEqual(problems);
  });
});

describe("the loss of a zone", () => {
  test.each<[copies: number, needed: number, zones: number, survived: boolean]>([
    [3, 2, 3, true],
    [3, 3, 3, false],
    [3, 1, 2, true],
    [3, 2, 2, false],
    [4, 2, 2, true],
    [1, 1, 3, false],
    [2, 1, 3, true],
    [1, 1, 1, true],
    [3, 3, 1, true],
  ])(
    "of %d copies, %d needed, in %d zones: survived is %s",
    (replicationFactor, minInSyncReplicas, zones, survived) => {
      const problems = zoneProblems([{ name: "t", replicationFactor, minInSyncReplicas }], zones);
      expect(problems).toHaveLength(survived ? 0 : 1);
    },
  );

  test("says what remains and what is needed, of each topic", () => {
    const topics = [{ name: "a", replicationFactor: 3, minInSyncReplicas: 2 }, { name: "b" }];
    expect(zoneProblems(topics, 2)).toEqual([
      "topic 'a': of 'replicationFactor' (3) 2 may be in one of the 'zones' (2), and the 1 without it are fewer than 'minInSyncReplicas' (2): add copies, lower the one, or set 'zones' to 1 if the loss of one need not be survived",
      "topic 'b': of 'replicationFactor' (1) 1 may be in one of the 'zones' (2), and the 0 without it are fewer than 'minInSyncReplicas' (1): add copies, lower the one, or set 'zones' to 1 if the loss of one need not be survived",
    ]);
  });
});

test("Cruise Control wants every copy in a zone of its own, where there are zones", () => {
  const topics = [{ name: "t", replicationFactor: 4 }];
  expect(rebalanceProblems(topics, 4)).toEqual([]);
  expect(rebalanceProblems(topics, 1)).toEqual([]);
  expect(rebalanceProblems(topics, 3)).toEqual([
    "topic 't': 'replicationFactor' (4) must be at most 'zones' (3) with 'cruiseControl', which wants every copy in another zone: lower it, add zones or leave Cruise Control out",
  ]);
});

describe("copies of the cluster's own topics", () => {
  test.each<[brokers: number, zones: number, copies: number, needed: number]>([
    [1, 1, 1, 1],
    [2, 1, 2, 1],
    [3, 1, 3, 2],
    [9, 1, 3, 2],
    [3, 3, 3, 2],
    [6, 3, 3, 2],
    [4, 2, 4, 2],
    [2, 2, 2, 1],
  ])("%d brokers in %d zones: %d, of which %d are needed", (brokers, zones, replicationFactor, minInSyncReplicas) => {
    expect(ownCopies(brokers, zones)).toEqual({ replicationFactor, minInSyncReplicas });
  });

  test("survive the loss of a zone, wherever there are brokers enough", () => {
    for (const zones of [2, 3, 4, 5]) {
      for (const perZone of [1, 2, 3]) {
        const copies = ownCopies(zones * perZone, zones);
        expect(zoneProblems([{ name: "own", ...copies }], zones)).toEqual([]);
      }
    }
  });
});

describe("storage", () => {
  const topic = (name: string, change: Partial<TopicProps> = {}): TopicProps => ({
    name,
    partitions: 6,
    replicationFactor: 3,
    retention: Duration.hours(1),
    retentionBytes: Size.mebibytes(1024 - 128),
    ...change,
  });

  test("is that of all brokers, for all copies of all topics", () => {
    // 6 x 3 x 1 GiB on three brokers are 6 GiB, nine tenths of 6827 MiB.
    expect(clusterStorageProblems([topic("a")], Size.mebibytes(6827), 3)).toEqual([]);
    expect(clusterStorageProblems([topic("a")], Size.mebibytes(6826), 3)).toEqual([
      "Kafka: 'storage' (6826 MiB) of each of 3 brokers is too small for what topics may keep: 'a' 6 x 3 x (896 MiB + a segment of 128 MiB) is 6 GiB for one, and nine tenths of it are 6143 MiB; give more storage, lower 'retentionBytes' or add brokers",
    ]);
    expect(clusterStorageProblems([topic("a")], Size.mebibytes(6826), 4)).toEqual([]);
    expect(clusterStorageProblems([topic("a"), topic("b")], Size.mebibytes(6827), 3)).toHaveLength(1);
  });

  test("does not count what has no end that could be known", () => {
    const unlimited: TopicProps = { name: "a", partitions: 6, replicationFactor: 3, retention: Duration.hours(1) };
    expect(clusterStorageProblems([unlimited], Size.mebibytes(1), 3)).toEqual([]);
  });
});
