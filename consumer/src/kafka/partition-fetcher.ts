import type { Consumer } from "@platformatic/kafka";
import { Backoff, sleep } from "../backoff";
import { describeError, RateLimit, type Log } from "../log";
import type { Chunk } from "../pipeline/log-source";
import { isKafkaError, responseOf } from "./errors";
import { compressionOf, readPartition, type FetchResponse } from "./fetch-response";

export interface FetcherOptions {
  readonly topic: string;
  /** Kafka's id of the topic that the positions are in. */
  readonly topicId: string;
  readonly assignment: number;
  /** Where reading starts, by partition. */
  readonly positions: ReadonlyMap<number, number>;
  /** Decompressed, of all brokers together. */
  readonly maxBytes: number;
  readonly maxWaitMs: number;
  readonly log: Log;
  /** A broker has answered. */
  readonly onContact: () => void;
  /** A chunk can be taken. */
  readonly onChunk: () => void;
  /** A broker cannot be read from; it is tried again. */
  readonly onFailed: () => void;
  /** Of the topic, as far as the assignment takes account of it. @default what is found at first */
  readonly partitionCount: number | undefined;
  readonly onPartitionsChanged: (from: number, to: number) => void;
  /** The topic was deleted, and there is another of its name. This fetcher has stopped. */
  readonly onTopicRecreated: () => void;
  /** Kafka deleted messages before they were read. */
  readonly onExpired: (count: number) => void;
}

type PartitionResponse = FetchResponse["responses"][number]["partitions"][number];

const OFFSET_OUT_OF_RANGE = 1;
const READ_UNCOMMITTED = 0;
const EARLIEST = -2n;

/** Shared by all fetchers: what is learned of the topic's compression outlives an assignment. */
let compression = 8;

/**
 * Reads the partitions of one assignment. Of each broker at most one answer is waiting here while the next is under way, so
 * memory is bounded by not taking any.
 */
export class PartitionFetcher {
  readonly endOffsets = new Map<number, number>();
  private readonly positions: Map<number, number>;
  private readonly queue: { readonly node: number; readonly chunk: Chunk }[] = [];
  /** Brokers with a request under way, and since when. */
  private readonly underWay = new Map<number, number>();
  private readonly stopped = new AbortController();
  private readonly backoff = new Backoff({ initialMs: 200, maxMs: 5_000 });
  private readonly warnings = new RateLimit(10_000);
  private readonly timer: NodeJS.Timeout;
  private partitionCount: number | undefined;
  private isPumping = false;

  constructor(
    private readonly client: Consumer,
    private readonly options: FetcherOptions,
  ) {
    this.positions = new Map(options.positions);
    this.partitionCount = options.partitionCount;
    // For partitions that have no leader for now; all else is set off by what happens.
    this.timer = setInterval(() => void this.pump(), 1_000);
    void this.pump();
  }

  take(): Chunk | undefined {
    const next = this.queue.shift();
    if (next) void this.pump();
    return next?.chunk;
  }

  stop(): void {
    this.stopped.abort();
    clearInterval(this.timer);
    this.queue.length = 0;
  }

  /** How long the oldest request is under way, in ms. */
  oldestRequestMs(): number {
    return Math.max(0, ...[...this.underWay.values()].map((since) => Date.now() - since));
  }

  private get isStopped(): boolean {
    return this.stopped.signal.aborted;
  }

  /** Asks every broker that has nothing to do and whose last answer was taken. */
  private async pump(): Promise<void> {
    if (this.isPumping || this.isStopped) return;
    this.isPumping = true;
    try {
      const { topic } = this.options;
      const metadata = (await this.client.metadata({ topics: [topic] })).topics.get(topic);
      if (this.isStopped || !metadata) return;
      if (metadata.id !== this.options.topicId) return this.abandon();
      // Also without partitions: such a member may lead the group, and must give out the partitions that there are.
      this.watchPartitions(metadata.partitionsCount);
      const byNode = new Map<number, number[]>();
      for (const partition of this.positions.keys()) {
        const node = metadata.partitions[partition]?.leader ?? -1;
        if (node < 0 || this.underWay.has(node) || this.queue.some((queued) => queued.node === node)) continue;
        byNode.set(node, [...(byNode.get(node) ?? []), partition]);
      }
      const leaders = new Set(metadata.partitions.map(({ leader }) => leader)).size;
      for (const [node, partitions] of byNode) void this.fetch(node, metadata.id, partitions, leaders);
    } catch (error) {
      await this.failed(error);
    } finally {
      this.isPumping = false;
    }
  }

  private watchPartitions(count: number): void {
    this.partitionCount ??= count;
    if (count === this.partitionCount) return;
    this.options.onPartitionsChanged(this.partitionCount, count);
    this.partitionCount = count;
  }

  /** What was in the topic beyond what was taken is lost with it. */
  private abandon(): void {
    let lost = 0;
    for (const [partition, position] of this.positions) {
      const waiting = this.queue.find(({ chunk }) => chunk.partition === partition)?.chunk.records.at(0)?.offset;
      lost += Math.max(0, (this.endOffsets.get(partition) ?? position) - (waiting ?? position));
    }
    this.stop();
    this.options.onExpired(lost);
    this.options.onTopicRecreated();
  }

  private async fetch(node: number, topicId: string, partitions: readonly number[], leaders: number): Promise<void> {
    this.underWay.set(node, Date.now());
    // A broker counts compressed bytes. It sends a message that is larger than this all the same.
    const maxBytes = Math.max(64 * 1024, Math.floor(this.options.maxBytes / Math.max(1, leaders) / compression));
    try {
      const response = await this.client.fetch({
        node,
        maxBytes,
        minBytes: 1,
        maxWaitTime: this.options.maxWaitMs,
        isolationLevel: READ_UNCOMMITTED,
        topics: [{ topicId, partitions: partitions.map((partition) => this.partitionRequest(partition, maxBytes)) }],
      });
      this.options.onContact();
      await this.accept(node, response);
      this.backoff.reset();
    } catch (error) {
      // An error of one partition is reported as the whole answer's; the others have brought records.
      const response = responseOf(error) as FetchResponse | undefined;
      if (response?.responses) await this.accept(node, response).catch((nested: unknown) => this.failed(nested));
      await this.failed(error);
    } finally {
      this.underWay.delete(node);
    }
    void this.pump();
  }

  private partitionRequest(partition: number, partitionMaxBytes: number) {
    const fetchOffset = BigInt(this.positions.get(partition)!);
    return { partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch: -1, lastFetchedEpoch: -1 };
  }

  private async accept(node: number, response: FetchResponse): Promise<void> {
    for (const { partitions } of response.responses) {
      for (const each of partitions) {
        if (this.isStopped) return;
        if (each.errorCode === OFFSET_OUT_OF_RANGE) await this.reset(each.partitionIndex);
        else if (each.errorCode === 0) this.acceptPartition(node, each);
      }
    }
    const seen = compressionOf(response);
    if (seen !== undefined) compression = Math.max(seen, compression * 0.9, 1);
  }

  private acceptPartition(node: number, response: PartitionResponse): void {
    const partition = response.partitionIndex;
    const position = this.positions.get(partition);
    // A fetch session may still serve a partition that is no longer asked for.
    if (position === undefined) return;
    this.endOffsets.set(partition, Number(response.highWatermark));
    const read = readPartition(this.options.topicId, partition, position, response.records ?? []);
    if (read.nextOffset <= position) return;
    this.positions.set(partition, read.nextOffset);
    this.queue.push({ node, chunk: { assignment: this.options.assignment, partition, ...read } });
    this.options.onChunk();
  }

  /** The position is not in the log: Kafka deleted what is there, or lost what was beyond it. Ids make reading twice harmless. */
  private async reset(partition: number): Promise<void> {
    const { topic, log } = this.options;
    const offsets = await this.client.listOffsets({
      topics: [topic],
      partitions: { [topic]: [partition] },
      timestamp: EARLIEST,
    });
    const earliest = offsets.get(topic)?.[partition];
    const position = this.positions.get(partition);
    if (earliest === undefined || position === undefined) return;
    const expired = Math.max(0, Number(earliest) - position);
    log.error(
      { topic, partition, position, earliest: Number(earliest), expired },
      "the position is not in Kafka's log; going on from its start",
    );
    this.options.onExpired(expired);
    this.positions.set(partition, Number(earliest));
  }

  private async failed(error: unknown): Promise<void> {
    if (this.isStopped) return;
    // Dealt with; and a fetch session that a request of the last assignment has moved on is simply made anew.
    if (isKafkaError(error, "OFFSET_OUT_OF_RANGE", "INVALID_FETCH_SESSION_EPOCH", "FETCH_SESSION_ID_NOT_FOUND")) {
      return sleep(50, this.stopped.signal);
    }
    this.options.onFailed();
    // Leaders may have moved; ask anew.
    this.client.clearMetadata();
    this.warnings.allow("fetch", (held) =>
      this.options.log.warn({ error: describeError(error), held }, "cannot read from Kafka; trying again"),
    );
    await sleep(this.backoff.next(), this.stopped.signal);
  }
}
