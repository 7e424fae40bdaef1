/**
 * How long the group waits for a member, in milliseconds. A member that was killed holds its partitions for the session
 * timeout, and nobody reads them: with 30 s, lines were delivered again 32 s after a kill. Members that are killed one after
 * the other may be missed one after the other: with 15 s, it took 29.9 s (docs/faults.md).
 */
export const MEMBERSHIP = {
  sessionTimeout: 12_000,
  heartbeatInterval: 2_000,
  /** How long a rebalance waits for members that are known to live. */
  rebalanceTimeout: 30_000,
  /** Without an answer for so long the session is given up; a broker that is restarted takes less. */
  heartbeatStallTimeout: 30_000,
} as const;
