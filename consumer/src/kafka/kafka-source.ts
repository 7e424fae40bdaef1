import type { KafkaConnectionSettings } from "../../../contract/settings";
import { aborted, Backoff, sleep } from "../backoff";
import { describeError, type Log } from "../log";
import type { Chunk, LogSource, SourceListener } from "../pipeline/log-source";
import { connectionOptions, hasOutdatedAuthorities } from "./client-options";
import { KafkaSession } from "./kafka-session";

export interface KafkaSourceOptions {
  readonly connection: KafkaConnectionSettings;
  readonly topic: string;
  readonly group: string;
  readonly maxBytes: number;
  readonly log: Log;
  readonly onSession: () => void;
  readonly onExpired: (count: number) => void;
  /** The topic was deleted and created again; it is read from its start. */
  readonly onTopicRecreated: () => void;
}

const POLL_MS = 1_000;
/** Heartbeats are sent every two seconds, whether there is anything to read or not. */
const REACHABLE_MS = 15_000;

/** The topic's share of this member of the consumer group; see {@link KafkaSession} for how it survives what fails. */
export class KafkaSource implements LogSource {
  private session: KafkaSession | undefined;
  private sessions: Promise<void> | undefined;
  private readonly closing = new AbortController();
  private assignments = 0;
  private contactAt = -Infinity;
  private wake: (() => void) | undefined;
  private failure: Error | undefined;
  private topicId: string | undefined;
  /** Ids of topics that were told to have taken the place of another. */
  private readonly successors = new Set<string>();

  constructor(private readonly options: KafkaSourceOptions) {}

  start(listener: SourceListener): void {
    this.sessions = this.runSessions(listener);
  }

  async poll(): Promise<Chunk | undefined> {
    if (this.failure) throw this.failure;
    const ready = this.session?.fetcher?.take();
    if (ready) return ready;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
    return this.session?.fetcher?.take();
  }

  async commit(assignment: number, offsets: ReadonlyMap<number, number>): Promise<void> {
    if (!this.session) throw new Error("Kafka is not connected");
    await this.session.commit(assignment, offsets);
  }

  isReachable(): boolean {
    return Date.now() - this.contactAt < REACHABLE_MS;
  }

  endOffsets(): ReadonlyMap<number, number> {
    return this.session?.fetcher?.endOffsets ?? new Map();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.session?.close();
    await this.sessions;
  }

  private found(topicId: string): void {
    if (this.topicId !== undefined && this.topicId !== topicId) this.tellSuccessor(topicId);
    this.topicId = topicId;
  }

  private tellSuccessor(topicId: string): void {
    if (this.successors.has(topicId)) return;
    this.successors.add(topicId);
    const { log, topic, onTopicRecreated } = this.options;
    log.error({ topic, topicId }, "the topic was deleted and created again; reading the new one from its start");
    onTopicRecreated();
  }

  private async runSessions(listener: SourceListener): Promise<void> {
    const { log, connection, onSession, ...options } = this.options;
    const backoff = new Backoff({ initialMs: 500, maxMs: 10_000 });
    const { signal } = this.closing;
    while (!signal.aborted) {
      const startedAt = Date.now();
      try {
        onSession();
        const made = connectionOptions(connection);
        this.session = new KafkaSession({
          ...options,
          log,
          listener,
          connection: made,
          isOutdated: () => hasOutdatedAuthorities(made, connection),
          onTopic: (topicId) => this.found(topicId),
          onForeignOffsets: (topicId) => this.tellSuccessor(topicId),
          nextAssignment: () => ++this.assignments,
          onContact: () => (this.contactAt = Date.now()),
          onChunk: () => this.wake?.(),
        });
        await Promise.race([this.session.run(), aborted(signal)]);
      } catch (error) {
        log.warn({ error: describeError(error) }, "the Kafka session failed; starting another");
      }
      if (signal.aborted) return;
      listener.revoked();
      if ((await this.session?.close()) === false) {
        // It would hold its partitions, and nobody would read them. A new process is the only sure end of it.
        this.failure = new Error("the group member could not be closed");
        return;
      }
      this.session = undefined;
      // One that lasted has earned a quick successor.
      if (Date.now() - startedAt > 60_000) backoff.reset();
      await sleep(backoff.next(), signal);
    }
  }
}
