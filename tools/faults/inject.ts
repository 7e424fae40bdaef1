import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { exec } from "../lib/exec";
import type { FaultsBed } from "./bed";
import { eventually } from "./eventually";
import { API_KEY } from "./proxy/kafka-proxy";
import type { FaultName } from "./schedule";

const docker = (...args: string[]) => exec("docker", args);
const REBALANCE_PATIENCE_MS = 10_000;
/** Longer than a member that another fault has killed is missed. */
const COMMIT_PATIENCE_MS = 45_000;
const DELIVERY_PATIENCE_MS = 45_000;
const KAFKA_PATIENCE_MS = 30_000;
const ELASTICSEARCH_PATIENCE_MS = 60_000;

export interface Injection {
  readonly forMs: number;
  /** How many consumers there are without the fault. */
  readonly consumers: number;
  /** Holds the committed offsets against what is delivered. */
  readonly lookAtOffsets: () => Promise<void>;
}

/** Does a fault to the bed for so long, and takes it back. @throws Error if the fault could not be made */
export async function inject(fault: FaultName, bed: FaultsBed, injection: Injection): Promise<void> {
  const { consumers: group, toKafka, toElasticsearch } = bed;
  const { forMs, consumers, lookAtOffsets } = injection;
  switch (fault) {
    case "kill-during-bulk":
      toElasticsearch.faults.add("hold");
      await pause(forMs);
      group.killAll();
      toElasticsearch.faults.delete("hold");
      return dead(bed, lookAtOffsets);
    case "terminate":
      return group.endOne("SIGTERM");
    case "kill-one":
      group.endOne("SIGKILL");
      return lookAtOffsets();
    case "kill-before-commit":
      await killAtCommit(bed, () => true);
      return dead(bed, lookAtOffsets);
    case "kill-after-dead-letter": {
      let written = false;
      await killAtCommit(bed, (apiKey) => (written ||= apiKey === API_KEY.produce));
      return dead(bed, lookAtOffsets);
    }
    case "rebalance":
      for (const end = Date.now() + forMs; Date.now() < end;) {
        for (const members of [consumers + 1, consumers]) {
          await group.scale(members);
          // Another fault may keep it from settling.
          await settled(bed, members).catch(() => undefined);
        }
      }
      return;
    case "kafka-restart":
      await docker("restart", bed.kafka);
      return kafkaAnswers(bed);
    case "kafka-kill":
      await docker("kill", bed.kafka);
      await pause(forMs);
      await docker("start", bed.kafka);
      return kafkaAnswers(bed);
    case "kafka-reset": {
      const atCommit = (apiKey: number) => {
        if (apiKey !== API_KEY.offsetCommit) return true;
        toKafka.reset();
        return false;
      };
      toKafka.watchers.add(atCommit);
      await pause(forMs);
      return void toKafka.watchers.delete(atCommit);
    }
    case "kafka-stall":
      toKafka.stall(true);
      await pause(forMs);
      return toKafka.stall(false);
    case "expire":
      return expire(bed, lookAtOffsets);
    case "more-partitions":
      return onePartitionMore(bed);
    case "elasticsearch-kill":
      await docker("kill", bed.elasticsearch);
      await pause(forMs);
      await docker("start", bed.elasticsearch);
      return elasticsearchAnswers(bed);
    case "elasticsearch-pause":
      // Another fault may have killed it, here as below.
      await eventually("Elasticsearch is paused", ELASTICSEARCH_PATIENCE_MS, async () => {
        await docker("pause", bed.elasticsearch);
        return true;
      });
      // Beyond the request timeout.
      await pause(forMs + 3_000);
      return void (await exec("docker", ["unpause", bed.elasticsearch], { allowFailure: true }));
    case "read-only-block":
      await block(bed, true);
      await pause(forMs);
      return block(bed, null);
    case "expired-password":
      toElasticsearch.authorization = `Basic ${Buffer.from("consumer:second").toString("base64")}`;
      await pause(forMs);
      writeFileSync(bed.passwordFile, "second");
      // Those that were started meanwhile read the same file.
      await pause(2_000);
      toElasticsearch.authorization = undefined;
      return writeFileSync(bed.passwordFile, "first");
    case "clock-steps":
      for (const shift of [5 * 60_000, -3 * 3_600_000, 8 * 3_600_000, -60_000]) {
        writeFileSync(bed.clockFile, String(shift));
        await pause(forMs / 4);
      }
      return writeFileSync(bed.clockFile, "0");
    case "replay":
      return bed.load.replay(200);
    case "answer-429":
    case "answer-503":
    case "answer-401":
    case "answer-404":
    case "answer-405":
    case "answer-foreign":
    case "item-429":
    case "item-limit":
    case "record-refused":
    case "half-answer":
    case "reset-before":
    case "reset-after":
    case "slow-answer":
    case "hold":
      toElasticsearch.faults.add(fault);
      await pause(forMs);
      toElasticsearch.faults.delete(fault);
  }
}

/** Kills every consumer in the moment in which a commit would reach the broker, which never sees it. */
async function killAtCommit(bed: FaultsBed, isTime: (apiKey: number) => boolean): Promise<void> {
  let killed = false;
  const watch = (apiKey: number) => {
    const armed = isTime(apiKey);
    if (apiKey !== API_KEY.offsetCommit || !armed || killed) return true;
    killed = true;
    bed.consumers.killAll();
    return false;
  };
  bed.toKafka.watchers.add(watch);
  try {
    await eventually("a commit at which consumers are killed", COMMIT_PATIENCE_MS, () => Promise.resolve(killed));
  } finally {
    bed.toKafka.watchers.delete(watch);
  }
}

/**
 * Kafka deletes messages by its retention before they were read: copies of lines that are delivered, as the lines themselves
 * would be lost.
 */
async function expire(bed: FaultsBed, lookAtOffsets: () => Promise<void>): Promise<void> {
  const { consumers, load, observer } = bed;
  await load.hush();
  try {
    const all = { from: 1, to: load.acknowledged };
    await eventually("all is delivered before it expires", DELIVERY_PATIENCE_MS, () => observer.isDelivered(all));
    consumers.killAll();
    await consumers.allDead();
    await load.replay(200);
    await eventually("Kafka deletes messages", KAFKA_PATIENCE_MS, () => observer.deleteRead());
  } finally {
    load.speak();
    await dead(bed, lookAtOffsets);
  }
}

async function onePartitionMore({ load, observer }: FaultsBed): Promise<void> {
  const added = load.partitions;
  await eventually("the topic has a partition more", KAFKA_PATIENCE_MS, () => observer.setPartitions(added + 1));
  await load.onePartitionMore();
  await eventually("the new partition is read", DELIVERY_PATIENCE_MS, async () => {
    const committed = (await observer.committed()).get(added);
    return committed !== undefined && committed > 0n;
  });
}

/** What was killed is looked at before it is started again. */
async function dead(bed: FaultsBed, lookAtOffsets: () => Promise<void>): Promise<void> {
  try {
    await bed.consumers.allDead();
    await lookAtOffsets();
  } finally {
    await bed.consumers.release();
  }
}

function settled(bed: FaultsBed, members: number): Promise<void> {
  return eventually("the group is settled", REBALANCE_PATIENCE_MS, () => bed.observer.isSettled(members));
}

async function block(bed: FaultsBed, on: true | null): Promise<void> {
  await eventually("Elasticsearch takes a setting", ELASTICSEARCH_PATIENCE_MS, async () => {
    await bed.observer.ask("PUT", `${bed.stream}/_settings`, { "index.blocks.read_only_allow_delete": on });
    return true;
  });
}

/** The end of the fault is when it serves again, not when its process is started. */
function elasticsearchAnswers(bed: FaultsBed): Promise<void> {
  return eventually("Elasticsearch answers", ELASTICSEARCH_PATIENCE_MS, async () => {
    await bed.observer.ask("GET", "_cluster/health?wait_for_status=yellow&timeout=1s");
    return (await bed.observer.count({ from: 1, to: 1 })) >= 0;
  });
}

function kafkaAnswers(bed: FaultsBed): Promise<void> {
  return eventually("Kafka answers", 60_000, async () => (await bed.observer.committed()).size >= 0);
}
