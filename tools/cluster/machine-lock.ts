import { withLock } from "../lib/lock";

/** One thing at a time: a cluster is the machine's, whichever checkout asks. */
export function withMachineLock<T>(run: () => Promise<T>): Promise<T> {
  return withLock("log-pipeline-cluster", run, "/run");
}
