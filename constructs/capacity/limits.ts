import { SEGMENT } from "../kafka/broker-environment";
import { Duration } from "../core/duration";
import { Size } from "../core/size";
import { SOURCE } from "./sources";

/** A figure that sizes are derived from, and who says so. */
export interface Figure<T> {
  readonly value: T;
  readonly source: string;
}

const figure = <T>(value: T, source: string): Figure<T> => ({ value, source });
const assumption = <T>(value: T, why: string): Figure<T> => ({ value, source: `assumption: ${why}` });

/** Every figure of the model. One that was measured better takes the place of ours, with its own source. */
export const DEFAULT_LIMITS = {
  /** What one producer writes to one partition in a second; "tens of MB" is the range, this its lower end. */
  produceRatePerPartition: figure(Size.bytes(10_000_000), SOURCE.kafkaPartitions),
  /** Bytes that Filebeat puts around a line: origin, host, time, and quotes that are escaped. */
  envelope: assumption(
    Size.bytes(350),
    "what is around the line in an event of Filebeat; the bench's message has as much",
  ),
  /** LZ4 over batches of JSON that repeats itself. */
  compressionRatio: assumption(3, "LZ4 over batches of JSON; set workload.compressionRatio from kafka-log-dirs.sh"),
  /** Of a partition that gets more than its share: a file's lines share a key. */
  partitionSkew: assumption(1.5, "a file's lines share a key and so a partition, and files differ"),
  /** The lower end of 64,000 to 78,000. */
  consumedPerCpuSecond: figure(64_000, SOURCE.consumerBench),
  /** The event that was measured with. */
  consumedEvent: figure(Size.bytes(560), SOURCE.consumerBench),
  /**
   * Real Elasticsearch answers later than a sink that counts, and refuses now and then. Half is 32,000 a second, a little below
   * what Vector's sizing guide gives a vCPU (34,000 events of 768 bytes, vector.dev/docs/setup/going-to-prod/sizing).
   */
  consumerShare: assumption(
    0.5,
    "real Elasticsearch is slower than a sink that counts; Vector's guide gives a vCPU as much",
  ),
  maxPartitionCopiesPerBroker: figure(4000, SOURCE.kip578),
  maxPartitionsPerCluster: figure(200_000, SOURCE.kip578),
  /** Of writes, in a second. A read costs a quarter of it. */
  bytesPerBrokerCpu: figure(Size.bytes(20_000_000), SOURCE.kafkaThroughput),
  brokerCpuShare: figure(0.5, SOURCE.kafkaThroughput),
  brokerCpus: assumption(8, "a common size of machine; fewer, larger brokers take longer to replace"),
  maxBrokerDisk: assumption(
    Size.gibibytes(4096),
    "a broker that is replaced copies its disk again: 6 hours at 200 MB/s",
  ),
  /** AWS alarms at it. Others stay below 70 %; here retention.bytes is an upper bound, so the disk cannot fill by surprise. */
  kafkaDiskFill: figure(0.85, SOURCE.kafkaDisk),
  segment: figure(SEGMENT, SOURCE.kafkaSegment),
  /** 375,676 documents a second on three nodes of 8 vCPU without a replica. An upper bound: short documents, nothing else to do. */
  bulkPerCpu: figure(375_676 / 3 / 8, SOURCE.bulk),
  /** The test's documents (Rally's http_logs) have about 130 bytes, ours four times as many; and nodes search and merge as well. */
  bulkShare: assumption(0.2, "the test's documents are a quarter of ours, and nobody searched while it ran"),
  /**
   * Sources differ: AWS says 110 % of the source, Elastic's `best_compression` saves up to 18 % of that "in the most ideal
   * scenario" (elastic/elasticsearch#110511), logsdb more. The most cautious one is taken; `_cat/indices?h=pri.store.size`
   * of real data is better.
   */
  indexedPerRawByte: figure(1.1, SOURCE.openSearchStorage),
  elasticsearchDiskFill: figure(0.85, SOURCE.watermark),
  /** Disk by memory of a hot node. Elastic Cloud's documents have 24 as well (elastic/docs-content#3307); the blog's figure for hot nodes is taken. */
  hotDiskPerMemory: figure(30, SOURCE.elasticSizing),
  warmDiskPerMemory: figure(160, SOURCE.elasticSizing),
  maxShardSize: figure(Size.gibibytes(50), SOURCE.shards),
  minShardSize: figure(Size.gibibytes(10), SOURCE.shards),
  maxDocumentsPerShard: figure(200_000_000, SOURCE.shards),
  maxShardsPerNode: figure(1000, SOURCE.shards),
  /** Data nodes from which on others keep the cluster together. */
  dedicatedMastersFrom: figure(6, SOURCE.zones),
  masterMemory: figure(Size.gibibytes(4), SOURCE.zones),
  /** By a GiB of a master's heap. */
  indicesPerMasterHeap: figure(3000, SOURCE.shards),
  /** Of Elasticsearch's own policy for logs. */
  maxRolloverAge: figure(Duration.days(30), "Elastic, built-in policy logs@lifecycle: max_age 30d"),
  /** As in the bulk test: 8 vCPU have 32 GiB. */
  memoryPerCpu: figure(Size.gibibytes(4), SOURCE.bulk),
  shippedPerCpuSecond: figure(17_900, SOURCE.filebeat),
  /** How long Kafka takes to acknowledge a batch: so many events are under way. */
  acknowledgement: assumption(
    Duration.milliseconds(50),
    "the slowest acknowledgement of all replicas that shall not slow reading",
  ),
} as const satisfies Record<string, Figure<unknown>>;

export type CapacityLimits = {
  readonly [K in keyof typeof DEFAULT_LIMITS]: Figure<Widened<(typeof DEFAULT_LIMITS)[K]["value"]>>;
};

type Widened<T> = T extends number ? number : T;

/** The figures, some of them replaced. */
export function limitsWith(own: Partial<CapacityLimits> = {}): CapacityLimits {
  return { ...DEFAULT_LIMITS, ...own };
}
