import { Producer } from "@platformatic/kafka";
import { DEAD_LETTER_HEADER } from "../../../contract/dead-letter";
import type { KafkaConnectionSettings } from "../../../contract/settings";
import { MAX_MESSAGE_BYTES } from "../../../contract/size-limits";
import { Backoff, sleep, type BackoffOptions } from "../backoff";
import { parseEnvelope } from "../document/envelope";
import type { DeadLetterSink, Rejected } from "../elasticsearch/bulk-sender";
import { describeError, RateLimit, type Log } from "../log";
import { connectionOptions } from "./client-options";
import { closeClient } from "./close-client";
import { isKafkaError } from "./errors";

export interface DeadLetterWriterOptions {
  readonly connection: KafkaConnectionSettings;
  /** Where the messages came from. */
  readonly topic: string;
  readonly deadLetterTopic: string;
  readonly backoff: BackoffOptions;
  readonly log: Log;
  readonly onWritten: (reason: Rejected["reason"], count: number) => void;
}

const ACKS_ALL = -1;
/** Of one request: the topic's limit is on what a request brings to a partition, not on a message. */
const GROUP_BYTES = 1024 * 1024;
const MAX_DETAIL = 1000;

/** Stores messages that are given up, with why. Never gives up itself. */
export class DeadLetterWriter implements DeadLetterSink {
  private producer: Producer | undefined;
  private readonly warnings = new RateLimit(10_000);

  constructor(private readonly options: DeadLetterWriterOptions) {}

  async write(rejected: readonly Rejected[], progress: () => void): Promise<void> {
    for (const group of groups(rejected)) await this.writeGroup(group, progress);
    for (const { source, reason, detail } of rejected) {
      this.warnings.allow(reason, (held) =>
        this.options.log.warn(
          { reason, detail, partition: source.partition, offset: source.offset, held },
          "a message went to the dead letters",
        ),
      );
      this.options.onWritten(reason, 1);
    }
  }

  async close(): Promise<void> {
    if (this.producer) await closeClient(this.producer);
  }

  private async writeGroup(group: readonly Rejected[], progress: () => void): Promise<void> {
    const backoff = new Backoff(this.options.backoff);
    let maxValueBytes: number | undefined;
    for (;;) {
      progress();
      try {
        await this.send(group, maxValueBytes);
        return;
      } catch (error) {
        if (isKafkaError(error, "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE")) {
          if (group.length > 1) {
            for (const each of group) await this.writeGroup([each], progress);
            return;
          }
          // The topic takes less than the topic of the lines did. The start of a message is better than a stuck partition.
          maxValueBytes = Math.floor((maxValueBytes ?? group[0]!.source.value?.length ?? 0) / 2);
          this.options.log.error(
            { maxValueBytes },
            "the dead-letter topic's max.message.bytes is too small; cutting the message",
          );
          continue;
        }
        this.warnings.allow("write", (held) =>
          this.options.log.error(
            { error: describeError(error), held },
            "cannot write to the dead-letter topic; nothing moves until it can",
          ),
        );
        // A client that failed may have lost more than this request.
        const failed = this.producer;
        this.producer = undefined;
        if (failed) await closeClient(failed);
        await sleep(backoff.next());
      }
    }
  }

  private async send(group: readonly Rejected[], maxValueBytes: number | undefined): Promise<void> {
    const { connection, topic, deadLetterTopic } = this.options;
    this.producer ??= new Producer({
      ...connectionOptions(connection),
      retries: 3,
      retryDelay: 250,
      requestTimeout: 30_000,
    });
    await this.producer.send({
      acks: ACKS_ALL,
      messages: group.map((rejected) => {
        const { key, value } = rejected.source;
        const cut = maxValueBytes !== undefined && value ? value.subarray(0, maxValueBytes) : value;
        return {
          topic: deadLetterTopic,
          ...(key === null ? {} : { key }),
          ...(cut === null ? {} : { value: cut }),
          headers: new Map(
            Object.entries(headers(topic, rejected)).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]),
          ),
        };
      }),
    });
  }
}

function headers(topic: string, { source, reason, detail }: Rejected): Record<string, string> {
  const envelope = parseEnvelope(source.value);
  const line = typeof envelope === "string" ? undefined : envelope.origin;
  return {
    [DEAD_LETTER_HEADER.reason]: reason,
    [DEAD_LETTER_HEADER.detail]: detail.slice(0, MAX_DETAIL),
    [DEAD_LETTER_HEADER.time]: new Date().toISOString(),
    [DEAD_LETTER_HEADER.topic]: topic,
    [DEAD_LETTER_HEADER.partition]: String(source.partition),
    [DEAD_LETTER_HEADER.offset]: String(source.offset),
    [DEAD_LETTER_HEADER.timestamp]: String(source.timestamp),
    ...(line && {
      [DEAD_LETTER_HEADER.host]: line.host,
      [DEAD_LETTER_HEADER.file]: line.file,
      [DEAD_LETTER_HEADER.lineOffset]: String(line.offset),
    }),
  };
}

function* groups(rejected: readonly Rejected[]): Generator<Rejected[]> {
  let group: Rejected[] = [];
  let bytes = 0;
  for (const each of rejected) {
    const size = Math.min(each.source.value?.length ?? 0, MAX_MESSAGE_BYTES) + 2 * MAX_DETAIL;
    if (group.length > 0 && bytes + size > GROUP_BYTES) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(each);
    bytes += size;
  }
  if (group.length > 0) yield group;
}
