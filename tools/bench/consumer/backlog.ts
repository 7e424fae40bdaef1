import "../../lib/with-resolvers";
import { Admin, Producer } from "@platformatic/kafka";
import { sleep } from "../../../consumer/src/backoff";
import { Lines } from "./lines";

const BATCH = 500;
const AT_ONCE = 6;
const LEADER_ONLY = 1;
const EARLIEST = -2n;
const LATEST = -1n;

/** What is in a topic. */
export interface Backlog {
  readonly messages: number;
  /** Of their values, not compressed. */
  readonly bytes: number;
}

/** Topics of the benchmark, and what is in them. */
export class Backlogs {
  private readonly admin: Admin;
  private readonly producer: Producer;

  constructor(brokers: readonly string[]) {
    const connection = { clientId: "bench", bootstrapBrokers: [...brokers], retries: 3, retryDelay: 500 };
    this.admin = new Admin(connection);
    this.producer = new Producer(connection);
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.close(), this.producer.close()]);
  }

  async makeTopic(name: string, partitions: number): Promise<void> {
    await this.admin.createTopics({ topics: [name], partitions, replicas: 1 });
  }

  async removeTopic(name: string): Promise<void> {
    await this.admin.deleteTopics({ topics: [name] });
  }

  /** Fills a topic as fast as it goes, in batches with lz4, as our Filebeat does. */
  async fill(
    topic: string,
    partitions: number,
    count: number,
    seed: number,
    progress: (done: number) => void,
  ): Promise<Backlog> {
    const lines = new Lines(seed);
    const now = Date.now();
    let [messages, bytes] = [0, 0];
    const underWay = new Set<Promise<void>>();
    const waiting = new Map<number, { key: Buffer; value: Buffer }[]>();
    const send = (partition: number, batch: readonly { key: Buffer; value: Buffer }[]): void => {
      const sent = this.send(topic, partition, batch).finally(() => underWay.delete(sent));
      underWay.add(sent);
    };
    while (messages < count) {
      const { key, value, file } = lines.message(now);
      const partition = file % partitions;
      const batch = waiting.get(partition) ?? [];
      const content = Buffer.from(value);
      batch.push({ key: Buffer.from(key), value: content });
      waiting.set(partition, batch);
      messages++;
      bytes += content.length;
      if (batch.length < BATCH) continue;
      waiting.delete(partition);
      send(partition, batch);
      while (underWay.size >= AT_ONCE) await Promise.race(underWay);
      progress(messages);
    }
    for (const [partition, batch] of waiting) send(partition, batch);
    await Promise.all(underWay);
    return { messages, bytes };
  }

  /**
   * Sends lines of now at a steady rate until told to stop.
   *
   * @param rate a second
   * @returns how many were sent
   */
  async stream(topic: string, partitions: number, rate: number, seed: number, stop: AbortSignal): Promise<number> {
    const lines = new Lines(seed);
    const start = performance.now();
    let sent = 0;
    while (!stop.aborted) {
      const due = Math.floor(((performance.now() - start) / 1000) * rate) - sent;
      const batches = new Map<number, { key: Buffer; value: Buffer }[]>();
      for (let at = 0; at < due; at++) {
        const { key, value, file } = lines.message(Date.now());
        const partition = file % partitions;
        const batch = batches.get(partition) ?? [];
        batch.push({ key: Buffer.from(key), value: Buffer.from(value) });
        batches.set(partition, batch);
      }
      await Promise.all([...batches].map(([partition, batch]) => this.send(topic, partition, batch)));
      sent += due;
      await sleep(20);
    }
    return sent;
  }

  /** Lets a group begin so many messages before the end, as evenly as the topic's partitions are filled. */
  async placeGroup(group: string, topic: string, partitions: number, before: number): Promise<void> {
    const indices = Array.from({ length: partitions }, (_, index) => index);
    const offsets = async (timestamp: bigint) =>
      this.admin.listOffsets({
        topics: [{ name: topic, partitions: indices.map((partitionIndex) => ({ partitionIndex, timestamp })) }],
      });
    const [starts, ends] = [await offsets(EARLIEST), await offsets(LATEST)];
    const startOf = new Map(starts[0]!.partitions.map(({ partitionIndex, offset }) => [partitionIndex, offset]));
    const partitionOffsets = ends[0]!.partitions.map(({ partitionIndex, offset }) => {
      const wanted = offset - BigInt(Math.floor(before / partitions));
      const start = startOf.get(partitionIndex) ?? 0n;
      return { partition: partitionIndex, offset: wanted > start ? wanted : start };
    });
    await this.admin.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionOffsets }] });
  }

  private async send(
    topic: string,
    partition: number,
    batch: readonly { key: Buffer; value: Buffer }[],
  ): Promise<void> {
    await this.producer.send({
      acks: LEADER_ONLY,
      compression: "lz4",
      messages: batch.map(({ key, value }) => ({ topic, partition, key, value })),
    });
  }
}
