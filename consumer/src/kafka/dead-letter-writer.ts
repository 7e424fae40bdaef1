import { Producer } from "@platformatic/kafka";
import type { KafkaConnectionSettings } from "../../../contract/settings";
import { MAX_MESSAGE_BYTES } from "../../../contract/size-limits";
import { Backoff, sleep, type BackoffOptions } from "../backoff";
import type { DeadLetterSink, Rejected } from "../elasticsearch/bulk-sender";
import { describeError, RateLimit, type Log } from "../log";
import { connectionOptions } from "./client-options";
import { closeClient } from "./close-client";
import { deadLetterMessage, MAX_DETAIL, smaller, type Extent } from "./dead-letter-message";
import { isKafkaError } from "./errors";

export interface DeadLetterWriterOptions {
  readonly connection: KafkaConnectionSettings;
  /** Where the messages came from. */
  readonly topic: string;
  readonly deadLetterTopic: string;
  readonly backoff: BackoffOptions;
  readonly log: Log;
  readonly onWritten: (reason: Rejected["reason"], count: number) => void;
  /** A dead letter was kept without a part of its message. */
  readonly onCut: () => void;
  /** An attempt to write failed, and is repeated. */
  readonly onFailed: () => void;
}

const ACKS_ALL = -1;
/** Of one request: the topic's limit is on what a request brings to a partition, not on a message. */
const GROUP_BYTES = 1024 * 1024;

/**
 * Stores messages that are given up, with why. Never gives up itself: a message that is in neither place would be lost, so its
 * offset waits. A message that the topic does not take whole is cut; if the topic takes no dead letter at all, which raising its
 * `max.message.bytes` mends, the writer waits, counts, and tries the whole message again.
 */
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
    let extent: Extent = "whole";
    for (;;) {
      progress();
      try {
        await this.send(group, extent);
        if (extent !== "whole") this.tellCut(extent);
        return;
      } catch (error) {
        const tooLarge = isKafkaError(error, "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE");
        if (tooLarge && group.length > 1) {
          for (const each of group) await this.writeGroup([each], progress);
          return;
        }
        const next: Extent | undefined = tooLarge ? smaller(extent, group[0]!.source.value?.length ?? 0) : undefined;
        if (next !== undefined) {
          extent = next;
          continue;
        }
        if (tooLarge) extent = "whole";
        await this.waitAfter(error, backoff);
      }
    }
  }

  private tellCut(extent: Extent): void {
    this.options.onCut();
    this.warnings.allow("cut", (held) =>
      this.options.log.error(
        { kept: extent, held },
        "the dead-letter topic's max.message.bytes is too small; a part of a message was cut off",
      ),
    );
  }

  private async waitAfter(error: unknown, backoff: Backoff): Promise<void> {
    this.options.onFailed();
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

  private async send(group: readonly Rejected[], extent: Extent): Promise<void> {
    const { connection, topic, deadLetterTopic } = this.options;
    this.producer ??= new Producer({
      ...connectionOptions(connection),
      retries: 3,
      retryDelay: 250,
      requestTimeout: 30_000,
    });
    await this.producer.send({
      acks: ACKS_ALL,
      messages: group.map((rejected) => ({ topic: deadLetterTopic, ...deadLetterMessage(topic, rejected, extent) })),
    });
  }
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
