import type { Duration } from "../core/duration";
import { Size } from "../core/size";
import { eventsPerReplica } from "./consumer";
import { type Derived, derived, grouped, readable, roundedUp, steps } from "./derived";
import type { CapacityLimits } from "./limits";
import { eventsWithin, type Load } from "./load";
import { SOURCE } from "./sources";
import type { SpreadObjectives } from "./workload";

export interface KafkaPlan {
  readonly brokers: Derived<number>;
  readonly cpusPerBroker: Derived<number>;
  readonly replicationFactor: Derived<number>;
  readonly minInSyncReplicas: Derived<number>;
  readonly partitions: Derived<number>;
  readonly retention: Derived<Duration>;
  /** Of one partition. */
  readonly retentionBytes: Derived<Size>;
  readonly diskPerBroker: Derived<Size>;
  /** Of all brokers. */
  readonly disk: Derived<Size>;
}

export function planKafka(load: Load, objectives: SpreadObjectives, limits: CapacityLimits): KafkaPlan {
  const needed = partitionsNeeded(load, limits);
  const alone = objectives.replicas === 0 && brokersNeeded(load, 1, limits) <= 1;
  const replication = alone ? 1 : 3;
  const { zones = 1 } = objectives;
  const brokers = alone ? 1 : brokerStep(Math.max(zones, brokersNeeded(load, replication, limits)), zones);
  const partitions = partitionStep(needed, brokers);
  const perPartition = retentionBytesNeeded(load, partitions, limits);
  const kept = partitions * perPartition.toBytes();
  const disk = diskNeeded(kept, { brokers, partitions, replicationFactor: replication }, limits);
  const cpus = brokerCpusNeeded(load, replication, limits);
  const fill = `${limits.kafkaDiskFill.value * 100} %`;
  return {
    brokers: derived(
      brokers,
      alone
        ? "one may be lost with what it holds, and one carries the load"
        : `the most of 3, ${grouped(cpus)} vCPU / ${limits.brokerCpus.value}, and disks of at most ${limits.maxBrokerDisk.value}; rounded up to 3, 4, 6, 8, 12, 16 ... which divide the partitions${zones > 1 ? `, and of these to one that ${zones} zones divide` : ""}`,
      `${SOURCE.kafkaThroughput}; ${limits.brokerCpus.source}`,
    ),
    cpusPerBroker: derived(
      Math.min(limits.brokerCpus.value, Math.max(1, steps(cpus, brokers))),
      `writes x ${replication} and a quarter of the reads, ${readable(Size.bytes(Math.ceil(writeEquivalent(load, replication))))}/s in all, at 20 MB/s a vCPU that is half busy: it has room for what a lost broker did`,
      SOURCE.kafkaThroughput,
    ),
    replicationFactor: derived(
      replication,
      alone
        ? "a copy never shares a broker with its original"
        : "three brokers or more: one may be away while another is lost",
      SOURCE.kafkaReplication,
    ),
    minInSyncReplicas: derived(
      alone ? 1 : 2,
      alone ? "there is one copy" : "with acks=all, what was acknowledged is on two brokers",
      SOURCE.kafkaReplication,
    ),
    partitions: derived(
      partitions,
      `the most of ${grouped(produceShare(load, limits))} to write, ${grouped(consumeShare(load, limits))} to read while catching up${alone ? "" : ", and 3 a broker"}; rounded up to 3 x 2^n, which spreads evenly`,
      `${SOURCE.kafkaPartitions}; at most ${grouped(limits.maxPartitionCopiesPerBroker.value)} a broker: ${SOURCE.kip578}`,
    ),
    retention: derived(
      load.bridged,
      `outage of ${objectives.kafkaBridgesOutageOf}, and ${load.caughtUpWithin} to catch up`,
      SOURCE.objective,
    ),
    retentionBytes: derived(
      perPartition,
      `the most that arrives in ${load.bridged}, ${grouped(eventsWithin(load, load.bridged))} events of ${grouped(load.storedBytes)} B, / ${partitions} x ${skewOf(partitions, limits)} for the fullest`,
      `compression: ${limits.compressionRatio.source}; skew: ${limits.partitionSkew.source}`,
    ),
    diskPerBroker: derived(
      roundedUp(disk / brokers, Size.gibibytes(1)),
      `${replication} x ${partitions} x (${readable(perPartition)} + a segment of ${limits.segment.value}) / ${brokers}, ${fill} full`,
      `segment: ${SOURCE.kafkaSegment}; ${fill}: ${SOURCE.kafkaDisk}`,
    ),
    disk: derived(roundedUp(disk, Size.gibibytes(1)), "of all brokers", SOURCE.arithmetic),
  };
}

/** max(target / produce rate of one, target / consume rate of one), before it is rounded. */
export function partitionsNeeded(load: Load, limits: CapacityLimits): number {
  return Math.max(1, steps(produceShare(load, limits), 1), steps(consumeShare(load, limits), 1));
}

/** A line is written when it comes. */
function produceShare(load: Load, limits: CapacityLimits): number {
  return (load.peak * load.messageBytes) / limits.produceRatePerPartition.value.toBytes();
}

/** A partition has one reader at a time. */
function consumeShare(load: Load, limits: CapacityLimits): number {
  return load.catchUp / eventsPerReplica(load, limits);
}

/** Bytes a second, as if all of them were written: a read costs a quarter. */
function writeEquivalent(load: Load, replication: number): number {
  const produced = load.peak * load.storedBytes;
  const consumed = load.catchUp * load.storedBytes;
  return kafkaWriteEquivalent(produced, consumed, replication);
}

/** Google's formula: total writes and a quarter of total reads, copies between brokers included. */
export function kafkaWriteEquivalent(produced: number, consumed: number, replication: number): number {
  return produced * replication + (consumed + produced * (replication - 1)) / 4;
}

/** vCPU of all brokers. */
export function brokerCpusNeeded(load: Load, replication: number, limits: CapacityLimits): number {
  return writeEquivalent(load, replication) / limits.bytesPerBrokerCpu.value.toBytes() / limits.brokerCpuShare.value;
}

export function brokersNeeded(load: Load, replication: number, limits: CapacityLimits): number {
  const data = eventsWithin(load, load.bridged) * load.storedBytes * limits.partitionSkew.value * replication;
  return Math.max(
    steps(brokerCpusNeeded(load, replication, limits), limits.brokerCpus.value),
    steps(data, limits.maxBrokerDisk.value.toBytes() * limits.kafkaDiskFill.value),
    // Rounding up at most doubles the partitions.
    steps(2 * partitionsNeeded(load, limits) * replication, limits.maxPartitionCopiesPerBroker.value),
  );
}

/**
 * 3, 4, 6, 8, 12, 16, 24 ...: close together, and each divides every 3 x 2^n that is three times as large. Of these one that
 * the zones divide, if there is any: with a copy in each zone, the zone with the fewest brokers has as much on each as if all
 * had so few.
 */
export function brokerStep(needed: number, zones = 1): number {
  const divided = LARGEST_STEP % zones === 0;
  let step = 3;
  while (step < needed || (divided && step % zones !== 0)) step = step % 3 === 0 ? (step / 3) * 4 : (step / 4) * 6;
  return step;
}

/** 3 x 2^n: what divides it divides a step. */
const LARGEST_STEP = 3 * 2 ** 10;

/**
 * 3 x 2^n, so that no broker has more than another, and more load never means fewer partitions: they cannot be taken away.
 * A broker alone takes any number.
 */
export function partitionStep(needed: number, brokers: number): number {
  const least = brokers === 1 ? needed : Math.max(needed, 3 * brokers);
  if (least <= 1) return 1;
  let step = 3;
  while (step < least) step *= 2;
  return step;
}

/** `retention.bytes` that bridges the outage even in the partition that gets most. */
export function retentionBytesNeeded(load: Load, partitions: number, limits: CapacityLimits): Size {
  const all = eventsWithin(load, load.bridged) * load.storedBytes;
  return roundedUp((all * skewOf(partitions, limits)) / partitions, Size.mebibytes(1));
}

/** One partition gets everything, and no more than that. */
function skewOf(partitions: number, limits: CapacityLimits): number {
  return Math.min(limits.partitionSkew.value, partitions);
}

export interface KafkaLayout {
  readonly brokers: number;
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** Bytes of all brokers' disks that hold so much of a topic: its copies, a segment more a partition, and what stays free. */
export function diskNeeded(
  kept: number,
  { partitions, replicationFactor }: KafkaLayout,
  limits: CapacityLimits,
): number {
  const copy = kept + partitions * limits.segment.value.toBytes();
  return (copy * replicationFactor) / limits.kafkaDiskFill.value;
}
