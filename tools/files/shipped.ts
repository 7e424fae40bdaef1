import { Transform } from "../../consumer/src/pipeline/transform";
import { TopicReader, type TopicMessage } from "../faults/topic-reader";

/** A document, as far as a test of files looks at it. */
export interface ShippedDocument {
  readonly id: string;
  readonly message: string;
  readonly path: string;
  readonly service: string | undefined;
}

/** Of a message, in characters: what names the line. Some lines are as long as lines may be. */
const BEGINNING = 200;

interface Body {
  readonly message: string;
  readonly log: { readonly file: { readonly path: string } };
  readonly service?: { readonly name?: string };
}

/** What Filebeat has shipped, made into documents by the consumer's own transform: the same id is the same document. */
export class Shipped {
  private readonly reader: TopicReader;
  private readonly transform: Transform;
  private readonly byId = new Map<string, ShippedDocument>();
  private fresh: ShippedDocument[] = [];
  private messages = 0;

  constructor(broker: string, topic: string) {
    this.reader = new TopicReader(broker, topic);
    this.transform = new Transform(topic, "logs-app-local");
  }

  /** Of all messages so far, those that were shipped again among them. */
  get events(): number {
    return this.messages;
  }

  /** What was shipped since the last call, also what was shipped again. */
  async read(): Promise<readonly ShippedDocument[]> {
    this.fresh = [];
    await this.reader.each((message) => this.take(message));
    return this.fresh;
  }

  /** Every document so far. */
  async documents(): Promise<readonly ShippedDocument[]> {
    await this.read();
    return [...this.byId.values()];
  }

  private take({ partition, offset, value }: TopicMessage): void {
    this.messages++;
    const record = {
      partition,
      offset: Number(offset),
      key: null,
      value: Buffer.from(value),
      timestamp: Date.now(),
      topicId: undefined,
    };
    const transformed = this.transform.apply(record, Date.now());
    if (!("lines" in transformed)) throw new Error(`Filebeat shipped what is no envelope: ${transformed.invalid}`);
    const [action = "", body = ""] = transformed.lines.split("\n");
    const id = (JSON.parse(action) as { create: { _id: string } }).create._id;
    const { message, log, service } = JSON.parse(body) as Body;
    const document = { id, message: message.slice(0, BEGINNING), path: log.file.path, service: service?.name };
    this.byId.set(id, document);
    this.fresh.push(document);
  }
}
