import { describe, expect, test } from "@jest/globals";
import { removeForeignOffsets, withTopicId, type OffsetFetchResponse } from "../../consumer/src/kafka/commit-metadata";

test("a commit names the topic's id in each of its partitions, and keeps all else", () => {
  const partitions = [0, 1].map((partitionIndex) => ({ partitionIndex, committedOffset: 7n, committedMetadata: null }));
  expect(withTopicId([{ name: "app-logs", partitions }], "t1")).toEqual([
    { name: "app-logs", partitions: partitions.map((one) => ({ ...one, committedMetadata: "topic-id:t1" })) },
  ]);
});

describe("committed offsets", () => {
  const fetched = (metadata: string | null, committedOffset = 7n) => {
    const topics = [{ name: "app-logs", partitions: [{ partitionIndex: 3, committedOffset, metadata, errorCode: 0 }] }];
    return { topics, offset: () => topics[0]!.partitions[0]!.committedOffset };
  };

  test.each<[string, string | null]>([
    ["of the topic", "topic-id:t1"],
    ["of a version that kept no id", null],
    ["of a broker that answers no metadata with an empty text", ""],
    ["that a tool has set", "reset by hand"],
  ])("%s count", (_, metadata) => {
    const { topics, offset } = fetched(metadata);
    expect(removeForeignOffsets({ groups: [{ topics }] }, "t1")).toEqual([]);
    expect(offset()).toBe(7n);
  });

  test.each<[string, (topics: ReturnType<typeof fetched>["topics"]) => OffsetFetchResponse]>([
    ["with groups", (topics) => ({ groups: [{ topics }] })],
    ["of one group, as before version 8", (topics) => ({ topics })],
  ])("of another topic of the name are none, in an answer %s", (_, respond) => {
    const { topics, offset } = fetched("topic-id:t0");
    expect(removeForeignOffsets(respond(topics), "t1")).toEqual([3]);
    expect(offset()).toBe(-1n);
  });

  test("that are not there are nobody's", () => {
    expect(removeForeignOffsets(fetched("topic-id:t0", -1n), "t1")).toEqual([]);
  });
});
