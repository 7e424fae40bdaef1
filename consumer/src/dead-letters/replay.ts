import type { ReplayOutput } from "../../../contract/dead-letter";
import type { BulkSender, DeadLetterSink, Rejected } from "../elasticsearch/bulk-sender";
import { Batch } from "../pipeline/batch";
import type { SourceRecord } from "../pipeline/log-source";
import type { Transform } from "../pipeline/transform";
import type { ChosenLetter } from "./choose";
import { type DeadLetterRecord, sourceOf } from "./read";

export interface ReplayNotes {
  /** Keeps for good that these are in Elasticsearch. */
  note(replayed: readonly DeadLetterRecord[], at: Date): Promise<void>;
}

export interface ReplayParts {
  /** As the consumer's own, so that a line gets the id that it would have got. */
  readonly transform: Transform;
  /** What it refuses goes to {@link refused}. Absent: nothing is sent. */
  readonly sender?: BulkSender;
  readonly refused: RefusedAgain;
  readonly notes: ReplayNotes;
  /** Ends what takes longer than one step may. */
  readonly stepSignal: () => AbortSignal;
  readonly write: (output: ReplayOutput) => Promise<void>;
}

/** In the documents of what was a dead letter, so that who reads them can tell. */
const TAG = "replayed";
const BATCH_BYTES = 1024 * 1024;
const BATCH_DOCUMENTS = 1000;

/** What Elasticsearch refuses in a replay: it is a dead letter already, so it is only told. */
export class RefusedAgain implements DeadLetterSink {
  private all: Rejected[] = [];

  write(rejected: readonly Rejected[]): Promise<void> {
    this.all.push(...rejected);
    return Promise.resolve();
  }

  take(): Rejected[] {
    const { all } = this;
    this.all = [];
    return all;
  }
}

/**
 * Sends dead letters to Elasticsearch as the consumer would send their messages, and notes which are there now. What ends in
 * between is only repeated by the next replay: a line that is there is answered with 409.
 *
 * @throws the signal's reason if Elasticsearch does not take them in time
 */
export async function replay(letters: AsyncIterable<ChosenLetter>, parts: ReplayParts): Promise<void> {
  const { transform, write, sender, refused, notes } = parts;
  const sum = { indexed: 0, refused: 0 };
  let batch = new Batch(Buffer.allocUnsafe(BATCH_BYTES), Date.now());
  let sent: DeadLetterRecord[] = [];

  const tell = async ({ source: { partition, offset }, reason, detail }: Rejected) => {
    sum.refused++;
    await write({ kind: "refused", refused: { source: { partition, offset: String(offset) }, reason, detail } });
  };
  const send = async () => {
    if (sender && sent.length > 0) {
      await sender.deliver(batch, parts.stepSignal(), () => undefined);
      const again = refused.take();
      const places = new Set(again.map(({ source }) => placeKey(source)));
      sent = sent.filter((letter) => !places.has(placeKey(sourceOf(letter))));
      await notes.note(sent, new Date());
      for (const each of again) await tell(each);
    }
    sum.indexed += sent.length;
    sent = [];
    batch = new Batch(batch.release(), Date.now());
  };

  for await (const { record } of letters) {
    const source = sourceOf(record);
    const transformed = transform.apply(source, Date.now(), TAG);
    if ("invalid" in transformed) {
      await tell({ source, reason: "envelope-invalid", detail: transformed.invalid });
      continue;
    }
    while (!batch.add(transformed.lines, source)) await send();
    sent.push(record);
    if (batch.documents >= BATCH_DOCUMENTS) await send();
  }
  await send();
  await write({ kind: "sum", dryRun: sender === undefined, ...sum });
}

function placeKey({ topicId = "", partition, offset }: SourceRecord): string {
  return `${topicId}/${partition}/${offset}`;
}
