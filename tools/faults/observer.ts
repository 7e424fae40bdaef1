import { Admin } from "@platformatic/kafka";
import { TOPIC } from "../../contract/names";
import { deadNumbers, type Found } from "./account";
import { LOAD_FILE } from "./load";
import { TopicReader } from "./topic-reader";

/** Numbers of lines, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Elasticsearch gives no more buckets in an answer. */
const MAX_BUCKETS = 65_000;

/** What there is in Kafka and in Elasticsearch; asks them past the proxies. */
export class Observer {
  readonly lines: TopicReader;
  readonly deadLetters: TopicReader;

  constructor(
    private readonly broker: string,
    private readonly elasticsearchUrl: string,
    private readonly group: string,
    private readonly stream: string,
  ) {
    this.lines = new TopicReader(broker, TOPIC.logs);
    this.deadLetters = new TopicReader(broker, TOPIC.deadLetters);
  }

  /** Everything in the topics, and what Elasticsearch has of the range. */
  async found(range: Range): Promise<Found> {
    const messages = await this.lines.read();
    const deadLetters = await this.deadLetters.read();
    return { messages, deadLetters, indexed: await this.indexed(range) };
  }

  /** Whether every line of the range is somewhere; cheap, for whoever waits. */
  async isDelivered(range: Range): Promise<boolean> {
    const missing = range.to - range.from + 1 - (await this.count(range));
    if (missing <= 0) return true;
    const dead = deadNumbers(await this.deadLetters.read());
    return [...dead.keys()].filter((number) => number >= range.from && number <= range.to).length >= missing;
  }

  /** How many documents Elasticsearch has of the range. */
  async count(range: Range): Promise<number> {
    await this.refresh();
    const body = { query: queryOf(range) };
    return ((await this.ask("POST", `${this.stream}/_count?ignore_unavailable=true`, body)) as { count: number }).count;
  }

  /** By partition: up to where the group has committed. */
  committed(): Promise<ReadonlyMap<number, bigint>> {
    return this.withAdmin(async (admin) => {
      const groups = await admin.listConsumerGroupOffsets({ groups: [this.group] });
      const partitions = groups.flatMap(({ topics }) => topics).flatMap((topic) => topic.partitions);
      return new Map(partitions.map((one) => [one.partitionIndex, one.committedOffset]));
    });
  }

  /** Deletes what is in the topic of lines, as far as it was read here. @returns true */
  async deleteRead(): Promise<true> {
    await this.lines.read();
    const partitions = [...this.lines.ends].map(([partition, offset]) => ({ partition, offset }));
    await this.withAdmin((admin) => admin.deleteRecords({ topics: [{ name: TOPIC.logs, partitions }] }));
    return true;
  }

  /** Adds to the partitions of the topic of lines until there are so many. @returns true */
  setPartitions(count: number): Promise<boolean> {
    return this.withAdmin(async (admin) => {
      const topic = (await admin.metadata({ topics: [TOPIC.logs] })).topics.get(TOPIC.logs);
      if (topic?.partitionsCount !== count) await admin.createPartitions({ topics: [{ name: TOPIC.logs, count }] });
      return true;
    });
  }

  /** Whether the group has so many members, no more, and none is joining or leaving. */
  isSettled(members: number): Promise<boolean> {
    return this.withAdmin(async (admin) => {
      const group = (await admin.describeGroups({ groups: [this.group] })).get(this.group);
      return group?.state.toUpperCase() === "STABLE" && group.members.size === members;
    });
  }

  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.elasticsearchUrl}/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok)
      throw new Error(`Elasticsearch answers ${answer.status} to ${method} ${path}: ${await answer.text()}`);
    return answer.json();
  }

  /** How many documents there are of each number. */
  private async indexed(range: Range): Promise<ReadonlyMap<number, number>> {
    if (range.to - range.from >= MAX_BUCKETS)
      throw new Error(`more than ${MAX_BUCKETS} lines cannot be counted at once`);
    await this.refresh();
    const aggs = { numbers: { terms: { field: "log.offset", size: MAX_BUCKETS } } };
    const body = { size: 0, query: queryOf(range), aggs };
    const answer = (await this.ask("POST", `${this.stream}/_search?ignore_unavailable=true`, body)) as {
      aggregations?: { numbers: { buckets: { key: number; doc_count: number }[] } };
    };
    const buckets = answer.aggregations?.numbers.buckets ?? [];
    return new Map(buckets.map(({ key, doc_count: documents }) => [key, documents]));
  }

  private refresh(): Promise<unknown> {
    return this.ask("POST", `${this.stream}/_refresh?ignore_unavailable=true`);
  }

  private async withAdmin<T>(run: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Admin({
      clientId: "faults",
      bootstrapBrokers: [this.broker],
      connectTimeout: 2_000,
      requestTimeout: 5_000,
      retries: 1,
      retryDelay: 300,
    });
    try {
      return await run(admin);
    } finally {
      await admin.close().catch(() => undefined);
    }
  }
}

function queryOf({ from, to }: Range) {
  const filter = [{ term: { "log.file.path": LOAD_FILE } }, { range: { "log.offset": { gte: from, lte: to } } }];
  return { bool: { filter } };
}
