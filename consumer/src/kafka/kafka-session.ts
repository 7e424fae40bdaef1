import { Consumer } from "@platformatic/kafka";
import { Backoff, sleep } from "../backoff";
import { describeError, RateLimit } from "../log";
import type { SourceListener } from "../pipeline/log-source";
import type { connectionOptions } from "./client-options";
import { closeClient } from "./close-client";
import { MEMBERSHIP } from "./membership";
import { OffsetsClient } from "./offsets-client";
import { PartitionFetcher, type FetcherOptions } from "./partition-fetcher";

export interface SessionOptions extends Pick<
  FetcherOptions,
  "topic" | "maxBytes" | "log" | "onContact" | "onChunk" | "onExpired"
> {
  readonly connection: ReturnType<typeof connectionOptions>;
  /** Whether `connection` no longer is what a new session would get. */
  readonly isOutdated: () => boolean;
  readonly group: string;
  readonly listener: SourceListener;
  /** Kafka's id of the topic that this session reads, as soon as it is known. */
  readonly onTopic: (topicId: string) => void;
  /** There are offsets of the group that were committed for another topic of this name. */
  readonly onForeignOffsets: (topicId: string) => void;
  /** A number for the next assignment, never the same. */
  readonly nextAssignment: () => number;
}

type ConsumerOptions = ConstructorParameters<typeof Consumer<Buffer, Buffer, Buffer, Buffer>>[0];

const FETCH_MAX_WAIT_MS = 500;
const REQUEST_TIMEOUT_MS = 30_000;
/** Beyond the request timeout there is an answer or an error; if not, the client has lost the request. */
const LOST_REQUEST_MS = REQUEST_TIMEOUT_MS + 15_000;
const JOIN_DEADLINE_MS = 120_000;
const EARLIEST = -2n;

/**
 * One membership of the consumer group, until something goes wrong with it; then it is closed and another is made. To start
 * over is simple and always right: whatever was read and not committed is read again, and ids make that harmless. A session reads
 * one topic: if that is deleted and created again, the next session reads the new one.
 *
 * Three clients, as a broker answers a connection's requests one after the other: one is the member and sends heartbeats, one
 * commits, one fetches, which may wait at the broker for a while. The committing client is told the member's id and
 * generation, since the library's own commit joins the group anew on an error and then commits the offsets of partitions that
 * may be lost.
 */
export class KafkaSession {
  private readonly member: Consumer;
  private readonly control: OffsetsClient;
  private readonly reader: Consumer;
  private readonly warnings = new RateLimit(10_000);
  private readonly watch: NodeJS.Timeout;
  private assignment = -1;
  private generation = { memberId: "", generationId: -1 };
  private joinedAt: number | undefined;
  /**
   * Of the topic, before the group was joined: whoever leads the group knew no less when it gave partitions out. What it knew
   * later is no measure, as an assignment may be made between a new partition and the news of it.
   */
  private partitionCount: number | undefined;
  private topicId: string | undefined;
  private readonly createdAt = Date.now();
  private isClosed = false;
  private fail!: (error: Error) => void;
  private readonly failure: Promise<never>;
  fetcher: PartitionFetcher | undefined;

  constructor(private readonly options: SessionOptions) {
    this.failure = new Promise<never>((_, reject) => {
      this.fail = reject;
    });
    // It may fail while nobody looks, as when it is being closed.
    this.failure.catch(() => undefined);
    this.member = this.client(Consumer, {
      retries: 3,
      retryDelay: 250,
      ...MEMBERSHIP,
      // A join is answered when all members have come, which may take the whole rebalance timeout.
      requestTimeout: MEMBERSHIP.rebalanceTimeout + 15_000,
    });
    // Without retries of their own: these loops know better when to give up.
    this.control = this.client(OffsetsClient, { retries: 0, requestTimeout: REQUEST_TIMEOUT_MS });
    this.reader = this.client(Consumer, { retries: 0, requestTimeout: REQUEST_TIMEOUT_MS });
    this.member.on("consumer:group:join", (joined) => {
      const partitions = joined.assignments?.find(({ topic }) => topic === options.topic)?.partitions ?? [];
      this.generation = { memberId: joined.memberId, generationId: joined.generationId ?? -1 };
      void this.assign(partitions);
    });
    this.member.on("consumer:group:rebalance", () => options.listener.revoking());
    this.member.on("consumer:heartbeat:end", () => options.onContact());
    this.member.on("consumer:heartbeat:stalled", ({ lastError }) =>
      this.fail(new Error("no heartbeat was answered", { cause: lastError })),
    );
    this.watch = setInterval(() => this.look(), 5_000);
  }

  /** Rejects when the session has failed; resolves never. */
  async run(): Promise<never> {
    await Promise.race([this.join(), this.failure]);
    return this.failure;
  }

  private async join(): Promise<void> {
    const { topic } = this.options;
    const found = (await this.member.metadata({ topics: [topic] })).topics.get(topic);
    if (!found) throw new Error(`there is no topic '${topic}'`);
    this.partitionCount = found.partitionsCount;
    this.topicId = this.control.topicId = found.id;
    this.options.onTopic(found.id);
    await this.member.joinGroup({});
  }

  async commit(assignment: number, offsets: ReadonlyMap<number, number>): Promise<void> {
    if (assignment !== this.assignment || this.isClosed)
      throw new Error("the partitions are no longer this consumer's");
    await this.commitNow(offsets);
    this.options.onContact();
  }

  private async commitNow(offsets: ReadonlyMap<number, number>): Promise<void> {
    this.control.memberId = this.generation.memberId;
    this.control.generationId = this.generation.generationId;
    const { topic } = this.options;
    await this.control.commit({
      offsets: [...offsets].map(([partition, offset]) => ({
        topic,
        partition,
        offset: BigInt(offset),
        leaderEpoch: -1,
      })),
    });
  }

  /** @returns false if the member could not be closed, and may go on sending heartbeats for partitions that nobody reads */
  async close(): Promise<boolean> {
    this.isClosed = true;
    this.assignment = -1;
    clearInterval(this.watch);
    this.fetcher?.stop();
    const [left] = await Promise.all([
      closeClient(this.member, true),
      closeClient(this.control),
      closeClient(this.reader),
    ]);
    return left;
  }

  private client<C extends Consumer>(make: new (options: ConsumerOptions) => C, options: Partial<ConsumerOptions>): C {
    const client = new make({
      ...this.options.connection,
      groupId: this.options.group,
      autocommit: false,
      ...options,
    });
    client.topics.track(this.options.topic);
    // The library's type has no such event, but it is what it emits when the member could not join again.
    (client as unknown as NodeJS.EventEmitter).on("error", (error: Error) =>
      this.fail(new Error("the group could not be joined again", { cause: error })),
    );
    return client;
  }

  private async assign(partitions: readonly number[]): Promise<void> {
    const assignment = this.options.nextAssignment();
    const { topic, log, listener } = this.options;
    const { topicId } = this;
    this.assignment = assignment;
    this.joinedAt = Date.now();
    this.fetcher?.stop();
    this.fetcher = undefined;
    listener.revoked();
    const positions = await this.positions(assignment, partitions);
    if (!positions || topicId === undefined || assignment !== this.assignment) return;
    log.info(
      { topic, topicId, ...this.generation, partitions: Object.fromEntries(positions) },
      "partitions are assigned",
    );
    listener.assigned(assignment, positions);
    this.fetcher = new PartitionFetcher(this.reader, {
      ...this.options,
      topicId,
      assignment,
      positions,
      partitionCount: this.partitionCount,
      maxWaitMs: FETCH_MAX_WAIT_MS,
      onFailed: () => this.endIfOutdated(),
      onTopicRecreated: () => this.fail(new Error("the topic was deleted and created again")),
      onPartitionsChanged: (from, to) => this.fail(new Error(`the topic had ${from} partitions and has ${to}`)),
    });
  }

  /** What fails may go on for ever while heartbeats, on a connection that was made before, go on as well. */
  private endIfOutdated(): void {
    if (this.options.isOutdated()) this.fail(new Error("the authorities of Kafka's certificates were renewed"));
  }

  /** Where to read on: what was committed, or the start of what was never read. Undefined if it no longer matters. */
  private async positions(assignment: number, partitions: readonly number[]): Promise<Map<number, number> | undefined> {
    const backoff = new Backoff({ initialMs: 200, maxMs: 5_000 });
    while (assignment === this.assignment && !this.isClosed) {
      try {
        return await this.readPositions(partitions);
      } catch (error) {
        this.warnings.allow("positions", () =>
          this.options.log.warn({ error: describeError(error) }, "cannot read committed offsets; trying again"),
        );
        this.endIfOutdated();
        this.control.clearMetadata();
        await sleep(backoff.next());
      }
    }
    return undefined;
  }

  private async readPositions(partitions: readonly number[]): Promise<Map<number, number>> {
    if (partitions.length === 0) return new Map();
    const { topic } = this.options;
    const committed = await this.control.listCommittedOffsets({ topics: [{ topic, partitions: [...partitions] }] });
    const positions = new Map(
      partitions.map((partition) => [partition, Number(committed.get(topic)?.[partition] ?? -1n)]),
    );
    const { foreign } = this.control;
    const fresh = partitions.filter((partition) => positions.get(partition)! < 0);
    if (fresh.length > 0) {
      const earliest = await this.control.listOffsets({
        topics: [topic],
        partitions: { [topic]: fresh },
        timestamp: EARLIEST,
      });
      for (const partition of fresh) {
        const offset = earliest.get(topic)?.[partition];
        if (offset === undefined) throw new Error(`the broker does not say where partition ${partition} starts`);
        positions.set(partition, Number(offset));
      }
    }
    if (foreign.length > 0) {
      this.options.onForeignOffsets(this.topicId ?? "");
      // Else those of a partition without messages would stay, and be met at each start.
      await this.commitNow(new Map(foreign.map((partition) => [partition, positions.get(partition)!])));
    }
    this.options.onContact();
    return positions;
  }

  /** The watchdog: a request that is neither answered nor failed, or a join that never ends, is a fault of the client. */
  private look(): void {
    const oldest = this.fetcher?.oldestRequestMs() ?? 0;
    if (oldest > LOST_REQUEST_MS) this.fail(new Error(`a fetch is under way for ${oldest} ms`));
    if (this.joinedAt === undefined && Date.now() - this.createdAt > JOIN_DEADLINE_MS) {
      this.fail(new Error(`the group is not joined after ${JOIN_DEADLINE_MS} ms`));
    }
  }
}
