/**
 * How long the group waits for a member, in milliseconds. A member that was killed holds its partitions for the session
 * timeout, and nobody reads them: with 30 s, lines were delivered again 32 s after a kill.
 */
export const MEMBERSHIP = {
  sessionTimeout: 15_000,
  heartbeatInterval: 3_000,
  /** How long a rebalance waits for members that are known to live. */
  rebalanceTimeout: 30_000,
  /** Without an answer for so long the session is given up; a broker that is restarted takes less. */
  heartbeatStallTimeout: 30_000,
} as const;
