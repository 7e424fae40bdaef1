import type { ContenderId } from "./contenders";

/** One contender has read the whole backlog. */
export interface Drain {
  readonly documents: number;
  /** Of bulk bodies. */
  readonly bytes: number;
  /** From the first to the last bulk request. */
  readonly seconds: number;
  /** From the start of its container to its first bulk request. */
  readonly startSeconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** The largest seen while it read each quarter of the backlog, in bytes. */
  readonly residentByQuarter: readonly number[];
}

export interface Latency {
  /** Lines a second, asked for and reached. */
  readonly rate: number;
  readonly reached: number;
  /** From a line's own time to its arrival at the sink. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Outage {
  /** Lines a second, before and while it catches up. */
  readonly rate: number;
  readonly outageSeconds: number;
  readonly catchUpSeconds: number;
}

/** Against real Elasticsearch. */
export interface Indexing {
  readonly documents: number;
  readonly seconds: number;
}

export interface ScalingRow {
  readonly partitions: number;
  readonly drain: Drain;
}

export interface Measured {
  readonly id: ContenderId;
  readonly name: string;
  readonly drains: readonly Drain[];
  readonly latencies: readonly Latency[];
  readonly outages: readonly Outage[];
  readonly indexing: readonly Indexing[];
  /** Of its documents, the share that has each compared field. */
  readonly fields: Readonly<Record<string, number>>;
}

/** All of a run; `docs/benchmarks/consumer.json`. */
export interface Results {
  readonly date: string;
  readonly command: string;
  readonly machine: string;
  readonly rounds: number;
  readonly backlog: { readonly messages: number; readonly bytes: number; readonly partitions: number };
  readonly contenders: readonly Measured[];
  /** The bare loader, round by round. */
  readonly bareIndexing: readonly Indexing[];
  /** The bare loader against the sink. */
  readonly sink?: Indexing;
  readonly scaling: readonly ScalingRow[];
  /** Of our consumer: the share of each step in its processor time. */
  readonly profile: readonly { readonly step: string; readonly share: number }[];
}
