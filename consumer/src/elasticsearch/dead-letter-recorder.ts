import { messageId } from "../document/document-id";
import type { DeadLetterDocuments } from "../document/dead-letter-document";
import { RateLimit, type Log } from "../log";
import { Batch } from "../pipeline/batch";
import type { BulkSender, DeadLetterSink, Rejected } from "./bulk-sender";

/** Documents of one request; each is of about a kilobyte. */
const BATCH_DOCUMENTS = 1000;
const BATCH_BYTES = 1024 * 1024;

/**
 * Stores dead letters where they are kept, and then a record of each in Elasticsearch, so that people see how many there are and
 * why. A record's id is the message's place in the topic of lines: a message that is given up again after a crash has one
 * record, though it is in the dead-letter topic twice.
 *
 * Whoever waits for the dead letters waits for their records, too, however long Elasticsearch is away; the sender gives up only
 * a record that Elasticsearch refuses for good.
 */
export class DeadLetterRecorder implements DeadLetterSink {
  /**
   * @param kept where dead letters are kept
   * @param topic where the messages came from
   * @param sender to the stream of records; what it gives up is lost to it, and must not come here
   */
  constructor(
    private readonly kept: DeadLetterSink,
    private readonly topic: string,
    private readonly documents: DeadLetterDocuments,
    private readonly sender: BulkSender,
  ) {}

  async write(rejected: readonly Rejected[], progress: () => void): Promise<void> {
    const since = Date.now();
    await this.kept.write(rejected, progress);
    for (let start = 0; start < rejected.length; start += BATCH_DOCUMENTS) {
      await this.record(rejected.slice(start, start + BATCH_DOCUMENTS), since, progress);
    }
  }

  private async record(rejected: readonly Rejected[], since: number, progress: () => void): Promise<void> {
    const now = Date.now();
    let batch = new Batch(Buffer.allocUnsafe(BATCH_BYTES), now);
    for (const each of rejected) {
      const { topicId, partition, offset } = each.source;
      const action = JSON.stringify({ create: { _id: messageId(this.topic, topicId, partition, offset) } });
      const lines = `${action}\n${JSON.stringify(this.documents.document(each, since, now))}\n`;
      while (!batch.add(lines, each.source)) {
        await this.sender.deliver(batch, NEVER, progress);
        batch = new Batch(Buffer.allocUnsafe(BATCH_BYTES), now);
      }
    }
    await this.sender.deliver(batch, NEVER, progress);
  }
}

/** What becomes of a record that Elasticsearch refuses for good: it is told, and passed over. */
export class RefusedRecords implements DeadLetterSink {
  private readonly warnings = new RateLimit(10_000);

  constructor(
    private readonly onRefused: (count: number) => void,
    private readonly log: Log,
  ) {}

  async write(refused: readonly Rejected[]): Promise<void> {
    this.onRefused(refused.length);
    for (const { source, detail } of refused) {
      this.warnings.allow("refused", (held) =>
        this.log.error(
          { detail, partition: source.partition, offset: source.offset, held },
          "Elasticsearch refuses the record of a dead letter; the dead letter itself is in its topic",
        ),
      );
    }
  }
}

const NEVER = new AbortController().signal;
