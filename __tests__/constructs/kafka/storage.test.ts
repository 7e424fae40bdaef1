import { expect, test } from "@jest/globals";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import type { TopicProps } from "../../../constructs/kafka/cluster";
import { storageProblems } from "../../../constructs/kafka/storage";

const topic = (name: string, partitions: number, retentionBytes?: Size): TopicProps => ({
  name,
  partitions,
  retention: Duration.hours(1),
  ...(retentionBytes ? { retentionBytes } : {}),
});
/** With its segment a partition of it takes half a GiB. */
const KEPT = Size.mebibytes(512 - 128);

test.each<[string, readonly TopicProps[]]>([
  ["no topic", []],
  ["topics of which nobody knows how large they become", [topic("a", 100), topic("b", 100)]],
  ["topics that fill nine tenths", [topic("a", 8, KEPT), topic("b", 1, KEPT), topic("c", 50)]],
])("%s fit", (_, topics) => {
  expect(storageProblems(topics, Size.gibibytes(5))).toEqual([]);
});

test("every topic with a bound counts, with a segment for each of its partitions", () => {
  expect(storageProblems([topic("a", 8, KEPT), topic("b", 2, KEPT), topic("c", 50)], Size.gibibytes(5))).toEqual([
    "Kafka: 'storage' (5 GiB) is too small for what its topics may keep: 'a' 8 x (384 MiB + a segment of 128 MiB), 'b' 2 x (384 MiB + a segment of 128 MiB) is 5 GiB, and nine tenths of it are 4608 MiB; give more storage or lower 'retentionBytes'",
  ]);
});
