import { documentId, messageId } from "../document/document-id";
import { parseEnvelope } from "../document/envelope";
import { Normaliser } from "../document/normaliser";
import type { SourceRecord } from "./log-source";

/** A message's two lines of a bulk request, or why it has none. */
export type Transformed = { readonly lines: string } | { readonly invalid: string };

/** The pure part of the consumer: from a Kafka message to what is sent to Elasticsearch. */
export class Transform {
  private readonly normaliser: Normaliser;

  constructor(
    private readonly topic: string,
    dataStream: string,
  ) {
    this.normaliser = new Normaliser(dataStream);
  }

  apply(record: SourceRecord, now: number): Transformed {
    const envelope = parseEnvelope(record.value);
    if (typeof envelope === "string") return { invalid: envelope };
    const { origin, message } = envelope;
    const id = origin ? documentId(origin, message) : messageId(this.topic, record.partition, record.offset);
    const { json } = this.normaliser.normalise(envelope, record.timestamp, now);
    return { lines: `{"create":{"_id":"${id}"}}\n${json}\n` };
  }
}
