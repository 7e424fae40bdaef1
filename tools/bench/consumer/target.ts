/** What a contender reads from, and what it writes to. */
export interface Target {
  /** host:port */
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Consumer group; a new one starts at the oldest message. */
  readonly group: string;
  /** Of Elasticsearch, or of what stands in its place. */
  readonly url: string;
  /** Data stream. */
  readonly stream: string;
}

/** As a stream of the project's own template is named. */
export function streamOf(namespace: string): string {
  return `logs-app-${namespace}`;
}
