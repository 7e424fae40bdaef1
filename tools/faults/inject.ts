import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { dataStreamName } from "../../contract/names";
import { exec } from "../lib/exec";
import type { FaultsBed } from "./bed";
import { API_KEY } from "./proxy/kafka-proxy";
import type { FaultName } from "./schedule";

const docker = (...args: string[]) => exec("docker", args);
const STREAM = dataStreamName("local");
const REBALANCE_EVERY_MS = 2_000;

/** Does a fault to the bed for so long, and takes it back. @throws Error if the fault could not be made */
export async function inject(fault: FaultName, bed: FaultsBed, forMs: number, consumers: number): Promise<void> {
  const { consumers: group, toKafka, toElasticsearch } = bed;
  switch (fault) {
    case "kill":
      return group.signal("SIGKILL");
    case "terminate":
      return group.signal("SIGTERM");
    case "kill-before-commit":
      return killAtCommit(bed, forMs, () => true);
    case "kill-after-dead-letter": {
      let written = false;
      return killAtCommit(bed, forMs + 10_000, (apiKey) => (written ||= apiKey === API_KEY.produce));
    }
    case "rebalance":
      for (let left = forMs, n = 0; left > 0; left -= REBALANCE_EVERY_MS, n++) {
        await group.scale(n % 2 === 0 ? consumers + 1 : consumers);
        await pause(REBALANCE_EVERY_MS);
      }
      return group.scale(consumers);
    case "kafka-restart":
      return void (await docker("restart", bed.kafka));
    case "kafka-kill":
      await docker("kill", bed.kafka);
      await pause(forMs);
      return void (await docker("start", bed.kafka));
    case "kafka-reset":
      return toKafka.reset();
    case "kafka-stall":
      toKafka.stall(true);
      await pause(forMs);
      return toKafka.stall(false);
    case "elasticsearch-restart":
      await docker("restart", bed.elasticsearch);
      return elasticsearchAnswers(bed);
    case "elasticsearch-kill":
      await docker("kill", bed.elasticsearch);
      await pause(forMs);
      await docker("start", bed.elasticsearch);
      return elasticsearchAnswers(bed);
    case "elasticsearch-pause":
      await docker("pause", bed.elasticsearch);
      // Beyond the request timeout of 3 s.
      await pause(forMs + 3_000);
      return void (await docker("unpause", bed.elasticsearch));
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
    case "item-429":
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
async function killAtCommit(bed: FaultsBed, patienceMs: number, isTime: (apiKey: number) => boolean): Promise<void> {
  let killed = false;
  bed.toKafka.onRequest = (apiKey) => {
    const armed = isTime(apiKey);
    if (apiKey !== API_KEY.offsetCommit || !armed || killed) return true;
    killed = true;
    bed.consumers.killAll();
    return false;
  };
  for (let waited = 0; !killed && waited < patienceMs; waited += 50) await pause(50);
  bed.toKafka.onRequest = () => true;
  if (!killed) throw new Error(`no commit came within ${patienceMs / 1000} s: nothing was killed`);
}

async function block(bed: FaultsBed, on: true | null): Promise<void> {
  await bed.ask("PUT", `${STREAM}/_settings`, { "index.blocks.read_only_allow_delete": on });
}

/** The end of the fault is when it serves again, not when its process is started. */
async function elasticsearchAnswers(bed: FaultsBed): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    try {
      await bed.ask("GET", "_cluster/health?wait_for_status=yellow&timeout=1s");
      return;
    } catch {
      await pause(250);
    }
  }
  throw new Error("Elasticsearch did not come back within 60 s");
}
