import type { FaultName } from "./schedule";

/** A series of /metrics, without its prefix, and how much it must at least grow by, or reach if it is a gauge. */
export interface Telling {
  readonly metric: string;
  readonly atLeast: number;
}

const retries = (cause: string): Telling => ({ metric: `retries_total{cause="${cause}"}`, atLeast: 1 });
const WAITING: Telling = { metric: "waiting", atLeast: 1 };
const COMMITS_FAILED: Telling = { metric: 'commits_total{result="failed"}', atLeast: 1 };
const REBALANCES: Telling = { metric: "rebalances_total", atLeast: 1 };

/** What tells an operator of each fault. */
export const TELLING: Readonly<Record<FaultName, readonly Telling[]>> = {
  "kill-during-bulk": [REBALANCES],
  terminate: [REBALANCES],
  "kill-one": [REBALANCES],
  "kill-before-commit": [REBALANCES],
  "kill-after-dead-letter": [REBALANCES, { metric: 'dead_letters_total{reason="envelope-invalid"}', atLeast: 1 }],
  rebalance: [{ metric: "rebalances_total", atLeast: 4 }],
  "kafka-restart": [COMMITS_FAILED],
  "kafka-kill": [COMMITS_FAILED],
  "kafka-reset": [COMMITS_FAILED],
  "kafka-stall": [COMMITS_FAILED],
  // Some 200 copies of lines, or as many as there were before.
  expire: [{ metric: "expired_messages_total", atLeast: 10 }],
  // Whoever reads a partition that is new must join the group anew.
  "more-partitions": [{ metric: "kafka_sessions_total", atLeast: 1 }],
  // Some 1,500 lines come meanwhile, in four partitions.
  "elasticsearch-kill": [retries("network"), WAITING, { metric: "lag", atLeast: 100 }],
  "elasticsearch-pause": [retries("timeout"), WAITING],
  "answer-429": [retries("overloaded"), WAITING],
  "answer-503": [retries("server-error"), WAITING],
  "answer-401": [retries("unauthorized"), WAITING],
  "answer-404": [retries("stream-missing"), WAITING],
  "answer-405": [retries("request-invalid"), WAITING],
  "answer-foreign": [retries("response-invalid")],
  "item-429": [retries("overloaded")],
  "item-limit": [retries("cluster-limit")],
  "record-refused": [{ metric: "dead_letters_unrecorded_total", atLeast: 1 }],
  "half-answer": [retries("network")],
  "reset-before": [retries("network")],
  "reset-after": [retries("network")],
  "slow-answer": [retries("timeout")],
  hold: [retries("timeout"), WAITING],
  "read-only-block": [retries("blocked"), WAITING],
  "expired-password": [retries("unauthorized")],
  // Hours, in seconds: lines seem to be as late as the clock was set forward.
  "clock-steps": [{ metric: "end_to_end_seconds_sum", atLeast: 600 }],
  replay: [
    { metric: "events_in_total", atLeast: 200 },
    { metric: "events_out_total", atLeast: 200 },
  ],
};

/** Those of a fault that did not move enough. @param moved by series; a series with more labels than is asked for counts */
export function silent(fault: FaultName, moved: ReadonlyMap<string, number>): string[] {
  return TELLING[fault].flatMap(({ metric, atLeast }) => {
    const seen = [...moved].filter(([name]) => name === metric || name.startsWith(`${metric}{`)).map(([, by]) => by);
    const most = Math.max(0, ...seen);
    return most >= atLeast ? [] : [`${metric} moved by ${most}, and ${fault} should move it by ${atLeast}`];
  });
}
