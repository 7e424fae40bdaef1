import { documentId, messageId } from "../document/document-id";
import { parseEnvelope } from "../document/envelope";
import { Normaliser } from "../document/normaliser";
import type { MonthlyIndices } from "../elasticsearch/monthly-indices";
import type { SourceRecord } from "./log-source";

/** A message's two lines of a bulk request, or why it has none. */
export type Transformed = { readonly lines: string } | { readonly invalid: string };

/** The pure part of the consumer: from a Kafka message to what is sent to Elasticsearch. */
export class Transform {
  private readonly normaliser: Normaliser;

  /**
   * @param topic where the messages come from
   * @param dataStream where the documents go, and what they say of it
   * @param monthly where they go instead. @default the request says it for all
   */
  constructor(
    private readonly topic: string,
    dataStream: string,
    private readonly monthly?: MonthlyIndices,
  ) {
    this.normaliser = new Normaliser(dataStream);
  }

  /** @param tag for the document, beside what its line says */
  apply(record: SourceRecord, now: number, tag?: string): Transformed {
    const envelope = parseEnvelope(record.value);
    if (typeof envelope === "string") return { invalid: envelope };
    const { origin, message } = envelope;
    const line = this.normaliser.normalise(envelope, record.timestamp, now, tag);
    const id = origin
      ? documentId(origin, message, line.hasTime)
      : messageId(this.topic, record.topicId, record.partition, record.offset);
    const index = this.monthly ? `"_index":"${this.monthly.indexOf(line, now)}",` : "";
    return { lines: `{"create":{${index}"_id":"${id}"}}\n${line.json}\n` };
  }
}
