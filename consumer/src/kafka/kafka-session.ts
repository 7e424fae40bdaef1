import { Consumer } from "@platformatic/kafka";
import { Backoff, sleep } from "../backoff";
import { describeError, RateLimit } from "../log";
import type { SourceListener } from "../pipeline/log-source";
import type { connectionOptions } from "./client-options";
import { closeClient } from "./close-client";
import { MEMBERSHIP } from "./membership";
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
 * over is simple and always right: whatever was read and not committed is read again, and ids make that harmless.
 *
 * Three clients, as a broker answers a connection's requests one after the other: one is the member and sends heartbeats, one
 * commits, one fetches, which may wait at the broker for a while. The committing client is told the member's id and
 * generation, since the library's own commit joins the group anew on an error and then commits the offsets of partitions that
 * may be lost.
 */
export class KafkaSession {
  private readonly member: Consumer;
  private readonly control: Consumer;
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
    this.member = this.client({
      retries: 3,
      retryDelay: 250,
      ...MEMBERSHIP,
      // A join is answered when all members have come, which may take the whole rebalance timeout.
      requestTimeout: MEMBERSHIP.rebalanceTimeout + 15_000,
    });
    // Without retries of their own: these loops know better when to give up.
    this.control = this.client({ retries: 0, requestTimeout: REQUEST_TIMEOUT_MS });
    this.reader = this.client({ retries: 0, requestTimeout: REQUEST_TIMEOUT_MS });
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
    this.partitionCount = (await this.member.metadata({ topics: [topic] })).topics.get(topic)?.partitionsCount;
    await this.member.joinGroup({});
  }

  async commit(assignment: number, offsets: ReadonlyMap<number, number>): Promise<void> {
    if (assignment !== this.assignment || this.isClosed)
      throw new Error("the partitions are no longer this consumer's");
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
    this.options.onContact();
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

  private client(options: Partial<ConsumerOptions>): Consumer {
    const client = new Consumer<Buffer, Buffer, Buffer, Buffer>({
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
    this.assignment = assignment;
    this.joinedAt = Date.now();
    this.fetcher?.stop();
    this.fetcher = undefined;
    listener.revoked();
    const positions = await this.positions(assignment, partitions);
    if (!positions || assignment !== this.assignment) return;
    log.info({ topic, ...this.generation, partitions: Object.fromEntries(positions) }, "partitions are assigned");
    listener.assigned(assignment, positions);
    this.fetcher = new PartitionFetcher(this.reader, {
      ...this.options,
      assignment,
      positions,
      partitionCount: this.partitionCount,
      maxWaitMs: FETCH_MAX_WAIT_MS,
      onFailed: () => this.endIfOutdated(),
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
