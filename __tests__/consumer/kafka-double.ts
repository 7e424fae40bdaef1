import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Plays `@platformatic/kafka`, which jest cannot load, before one broker in memory: `jest.mock("@platformatic/kafka", () =>
 * jest.requireActual("./kafka-double"))`. Each member gets all partitions.
 */
export const kGetApi = Symbol("api");

interface DoubleTopic {
  readonly id: string;
  readonly partitions: string[][];
}

interface Committed {
  readonly offset: bigint;
  readonly metadata: string | null;
}

export interface Produced {
  readonly topic: string;
  readonly key?: Buffer;
  readonly value?: Buffer;
  readonly headers: ReadonlyMap<Buffer, Buffer>;
}

class Broker {
  readonly topics = new Map<string, DoubleTopic>();
  /** Offsets of the group, by partition. */
  readonly committed = new Map<number, Committed>();
  /** Of a topic that is produced to; what was taken. */
  maxMessageBytes = Infinity;
  readonly taken: Produced[] = [];
  private created = 0;

  /** Creates a topic, in the place of one of this name if there is one. @returns its id */
  create(name: string, partitions: number): string {
    const id = `00000000-0000-0000-0000-${String(++this.created).padStart(12, "0")}`;
    this.topics.set(name, { id, partitions: Array.from({ length: partitions }, () => []) });
    return id;
  }

  produce(name: string, partition: number, ...values: string[]): void {
    this.topics.get(name)!.partitions[partition]!.push(...values);
  }
}

export let broker = new Broker();

/** Forgets all topics and offsets. */
export function restartBroker(): void {
  broker = new Broker();
}

function kafkaError(apiId: string): Error {
  return Object.assign(new Error(apiId), { apiId });
}

interface FetchOptions {
  readonly topics: readonly {
    readonly topicId: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: bigint }[];
  }[];
}

type Done = (error: Error | null, response?: unknown) => void;

interface CommitTopic {
  readonly name: string;
  readonly partitions: readonly { partitionIndex: number; committedOffset: bigint; committedMetadata: string | null }[];
}

/** The part of the library's consumer that the consumer uses, with its names. */
export class Consumer extends EventEmitter {
  readonly topics = { track: (): void => undefined };
  readonly connections = new Map();
  memberId = "";
  generationId = 0;

  async metadata({ topics }: { readonly topics: readonly string[] }) {
    await pause(1);
    const found = topics.map((name) => {
      const topic = broker.topics.get(name);
      if (!topic) throw new Error(`Unknown topic ${name}.`);
      const partitions = topic.partitions.map(() => ({ leader: 1 }));
      return [name, { id: topic.id, partitions, partitionsCount: partitions.length }] as const;
    });
    return { topics: new Map(found) };
  }

  async joinGroup(): Promise<void> {
    const assignments = [...broker.topics].map(([topic, { partitions }]) => ({
      topic,
      partitions: [...partitions.keys()],
    }));
    this.emit("consumer:group:join", { memberId: "member", generationId: 1, assignments });
    await pause(1);
  }

  commit({ offsets }: { offsets: { topic: string; partition: number; offset: bigint }[] }): Promise<unknown> {
    const partitions = offsets.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedMetadata: null,
    }));
    return this.call("OffsetCommit", "group", this.generationId, this.memberId, null, [{ name: "", partitions }]);
  }

  async listCommittedOffsets({ topics }: { topics: { topic: string; partitions: number[] }[] }) {
    const response = (await this.call("OffsetFetch", topics, false)) as {
      groups: { topics: { name: string; partitions: { partitionIndex: number; committedOffset: bigint }[] }[] }[];
    };
    return new Map(
      response.groups[0]!.topics.map(({ name, partitions }) => {
        const offsets: bigint[] = [];
        for (const { partitionIndex, committedOffset } of partitions) offsets[partitionIndex] = committedOffset;
        return [name, offsets] as const;
      }),
    );
  }

  /** Every log starts at 0. */
  async listOffsets({ partitions }: { partitions: Record<string, number[]> }): Promise<Map<string, bigint[]>> {
    await pause(1);
    return new Map(
      Object.entries(partitions).map(([topic, ones]) => {
        const offsets: bigint[] = [];
        for (const one of ones) {
          if (!broker.topics.get(topic)?.partitions[one]) throw new Error(`there is no partition ${one}`);
          offsets[one] = 0n;
        }
        return [topic, offsets] as const;
      }),
    );
  }

  async fetch({ topics }: FetchOptions) {
    await pause(5);
    const responses = topics.map(({ topicId, partitions }) => {
      const topic = [...broker.topics.values()].find(({ id }) => id === topicId);
      if (!topic) throw kafkaError("UNKNOWN_TOPIC_ID");
      return { topicId, partitions: partitions.map((asked) => fetched(topic, asked)) };
    });
    return { responses };
  }

  clearMetadata(): void {
    // Nothing is remembered.
  }

  async close(): Promise<void> {
    await pause(1);
  }

  [kGetApi](name: string, done: (error: Error | null, api?: unknown) => void): void {
    done(null, Object.assign(name === "OffsetCommit" ? offsetCommit : offsetFetch, { version: 9 }));
  }

  private call(name: string, ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this[kGetApi](name, (_, api) => {
        (api as (...all: unknown[]) => void)({}, ...args, (error: Error | null, response: unknown) =>
          error ? reject(error) : resolve(response),
        );
      });
    });
  }
}

/** The part of the library's producer that the consumer uses. */
export class Producer {
  readonly connections = new Map();

  async send({ messages }: { readonly messages: readonly Produced[] }): Promise<void> {
    await pause(1);
    const bytes = messages.map(({ key, value, headers }) =>
      [key, value, ...[...headers].flat()].reduce((sum, each) => sum + (each?.length ?? 0), 0),
    );
    if (bytes.reduce((sum, each) => sum + each, 0) > broker.maxMessageBytes) throw kafkaError("MESSAGE_TOO_LARGE");
    broker.taken.push(...messages);
  }

  async close(): Promise<void> {
    await pause(1);
  }
}

function offsetCommit(...[, , , , , topics, done]: [unknown, unknown, unknown, unknown, unknown, CommitTopic[], Done]) {
  for (const { partitionIndex, committedOffset, committedMetadata } of topics.flatMap(({ partitions }) => partitions))
    broker.committed.set(partitionIndex, { offset: committedOffset, metadata: committedMetadata });
  done(null, {});
}

function offsetFetch(_: unknown, topics: { topic: string; partitions: number[] }[], __: unknown, done: Done) {
  const answered = topics.map(({ topic, partitions }) => ({
    name: topic,
    partitions: partitions.map((partitionIndex) => {
      const { offset, metadata } = broker.committed.get(partitionIndex) ?? { offset: -1n, metadata: null };
      return { partitionIndex, committedOffset: offset, metadata };
    }),
  }));
  done(null, { groups: [{ topics: answered }] });
}

function fetched(topic: DoubleTopic, { partition, fetchOffset }: { partition: number; fetchOffset: bigint }) {
  const log = topic.partitions[partition] ?? [];
  // As a broker that is asked beyond the end of the log would answer; the consumer must not come to that.
  if (fetchOffset > BigInt(log.length)) return { partitionIndex: partition, errorCode: 1, highWatermark: -1n };
  const records = log.slice(Number(fetchOffset)).map((value, offsetDelta) => ({
    length: value.length,
    timestampDelta: 0n,
    offsetDelta,
    key: null,
    value: Buffer.from(value),
    headers: [],
  }));
  const now = BigInt(Date.now());
  const batch = {
    firstOffset: fetchOffset,
    length: 100,
    attributes: 0b1000,
    lastOffsetDelta: records.length - 1,
    firstTimestamp: now,
    maxTimestamp: now,
    records,
  };
  return {
    partitionIndex: partition,
    errorCode: 0,
    highWatermark: BigInt(log.length),
    records: records.length > 0 ? [batch] : [],
  };
}
