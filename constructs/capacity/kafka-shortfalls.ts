import { Size } from "../core/size";
import { eventsPerReplica } from "./consumer";
import { grouped, readable, roundedUp, steps } from "./derived";
import { brokerCpusNeeded, diskNeeded, partitionsNeeded, retentionBytesNeeded } from "./kafka";
import { eventsWithin } from "./load";
import type { CapacityPlan } from "./plan";
import { atLeast, atMost, type Shortfall } from "./shortfall";
import type { StatedKafka, StatedSizes } from "./stated-sizes";

/** Where stated sizes of Kafka are too small for a plan's load. */
export function kafkaShortfalls({ load, limits, objectives }: CapacityPlan, stated: StatedKafka): Shortfall[] {
  const { brokers, partitions, replicationFactor, retention, retentionBytes, diskPerBroker, cpusPerBroker } = stated;
  const outage = `an outage of ${objectives.kafkaBridgesOutageOf} and ${load.caughtUpWithin} to catch up`;
  const copies = steps(partitions * replicationFactor, brokers);
  const { zones = 1 } = objectives;
  // A zone that has a copy of everything has it on its own brokers, and one zone has the fewest.
  const sharing = zones > 1 && replicationFactor >= zones ? Math.max(1, Math.floor(brokers / zones)) * zones : brokers;
  return [
    ...atLeast({
      fact: "kafka.logs.retention",
      stated: retention,
      needed: load.bridged,
      why: `it bridges ${outage}; raise it or lower 'objectives.kafkaBridgesOutageOf'`,
    }),
    ...(retentionBytes
      ? atLeast({
          fact: "kafka.logs.retentionBytes",
          stated: retentionBytes,
          needed: retentionBytesNeeded(load, partitions, limits),
          why: `so much reaches the fullest of ${partitions} partitions in ${outage}; raise it or lower 'objectives.kafkaBridgesOutageOf'`,
        })
      : []),
    ...(diskPerBroker
      ? atLeast({
          fact: "kafka.diskPerBroker",
          stated: diskPerBroker,
          needed: roundedUp(diskNeeded(keptBytes(), stated, limits) / sharing, Size.mebibytes(1)),
          why: `${readable(Size.bytes(Math.ceil(keptBytes())))} that 'kafka.logs.retention' (${retention}) keeps at this load, a segment of ${limits.segment.value} for each of ${partitions} partitions, x ${replicationFactor} / ${sharing}, and ${limits.kafkaDiskFill.value * 100} % full; give more, as a claim on Kubernetes, or lower the retention`,
        })
      : []),
    ...atLeast({
      fact: "kafka.logs.partitions",
      stated: partitions,
      needed: partitionsNeeded(load, limits),
      why: `one is written at ${readable(limits.produceRatePerPartition.value)}/s and read at ${grouped(eventsPerReplica(load, limits))} events/s at most; add partitions`,
    }),
    ...atMost({
      fact: "kafka.logs.partitions",
      stated: partitions,
      needed: limits.maxPartitionsPerCluster.value,
      why: "a cluster with more may not come to rest again (KIP-578); lower it",
    }),
    ...atMost({
      fact: "partitions of a broker",
      stated: copies,
      needed: limits.maxPartitionCopiesPerBroker.value,
      why: `'kafka.logs.partitions' (${partitions}) x ${replicationFactor} / 'kafka.brokers' (${brokers}) (KIP-578); lower the one or raise the other`,
    }),
    ...(cpusPerBroker
      ? atLeast({
          fact: "kafka.brokers",
          stated: brokers,
          needed: Math.max(1, steps(brokerCpusNeeded(load, replicationFactor, limits), cpusPerBroker)),
          why: `at ${grouped(load.peak)} events/s with 'kafka.cpusPerBroker' (${cpusPerBroker}) half busy; add brokers or give them more`,
        })
      : []),
    ...(brokers >= 3 && objectives.replicas > 0
      ? atLeast({
          fact: "kafka.logs.replicationFactor",
          stated: replicationFactor,
          needed: 3,
          why: `${brokers} brokers can keep three copies, so that one may be away while another is lost; raise it`,
        })
      : []),
  ];

  /** One copy of what is kept: whichever of the two bounds is reached first. */
  function keptBytes(): number {
    const inTime = eventsWithin(load, retention) * load.storedBytes;
    return retentionBytes ? Math.min(inTime, partitions * retentionBytes.toBytes()) : inTime;
  }
}

/** Where stated consumers are too few. Those without a partition do not count. */
export function consumerShortfalls(
  { load, limits }: CapacityPlan,
  { replicas, maxReplicas }: NonNullable<StatedSizes["consumer"]>,
  partitions = Infinity,
): Shortfall[] {
  const rate = eventsPerReplica(load, limits);
  const fewer = atLeast({
    fact: "consumer.replicas",
    stated: Math.min(replicas, partitions),
    needed: steps(load.peak, rate),
    why: `one takes ${grouped(rate)} events/s and the peak is ${grouped(load.peak)}; add replicas, and partitions if they are as many`,
  });
  // Too few for the peak are too few to catch up: told once.
  if (fewer.length > 0) return fewer;
  return atLeast({
    fact: maxReplicas === undefined ? "consumer.replicas" : "consumer.autoscaling.maxReplicas",
    stated: Math.min(maxReplicas ?? replicas, partitions),
    needed: steps(load.catchUp, rate),
    why: `one takes ${grouped(rate)} events/s, and ${grouped(load.catchUp)} arrive or wait while catching up within ${load.caughtUpWithin}; add replicas, and partitions if they are as many`,
  });
}
