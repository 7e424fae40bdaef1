import { ECS_VERSION } from "../../../contract/log-event";
import type { Rejected } from "../elasticsearch/bulk-sender";
import type { SourceRecord } from "../pipeline/log-source";
import { parseEnvelope } from "./envelope";
import { Normaliser } from "./normaliser";
import { splitDataStream } from "./stream-fields";

/** Of the text that says what is wrong, in characters. */
const MAX_MESSAGE = 1000;

/** The documents that say of each dead letter what it was and why it is one; the message itself is in Kafka only. */
export class DeadLetterDocuments {
  private readonly normaliser: Normaliser;

  /** @param topic where the messages came from */
  constructor(
    private readonly topic: string,
    private readonly stream: string,
  ) {
    this.normaliser = new Normaliser(stream);
  }

  /** @param since when it became a dead letter, in ms, as `now` */
  document(rejected: Rejected, since: number, now: number): object {
    const { source, reason, detail } = rejected;
    const service = serviceNameOf(this.normaliser, source, now);
    return {
      "@timestamp": new Date(since).toISOString(),
      message: detail.slice(0, MAX_MESSAGE),
      ...(service === undefined ? {} : { service: { name: service } }),
      event: { ingested: new Date(now).toISOString() },
      ecs: { version: ECS_VERSION },
      data_stream: splitDataStream(this.stream),
      log_pipeline: {
        dead_letter: { reason },
        kafka: { topic: this.topic, partition: source.partition, offset: source.offset },
      },
    };
  }
}

/** The name of the service that wrote a message's line, as the line's document has it, or would have it; undefined if it cannot be told. */
export function serviceNameOf(normaliser: Normaliser, source: SourceRecord, now: number): string | undefined {
  const envelope = parseEnvelope(source.value);
  if (typeof envelope === "string") return undefined;
  try {
    const { json } = normaliser.normalise(envelope, source.timestamp, now);
    return (JSON.parse(json) as { readonly service?: { readonly name?: string } }).service?.name;
  } catch {
    // What cannot be normalised is a dead letter for that very reason.
    return undefined;
  }
}
