import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A document as it arrived. */
export interface Received {
  readonly id: string;
  readonly document: unknown;
}

export interface BulkExchange {
  readonly documents: readonly Received[];
  readonly body: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Answers as Elasticsearch does: these statuses, in order, with these errors. */
  answer(items: readonly { readonly status: number; readonly error?: object }[]): void;
  /** Stores all of them: 201, or 409 for what is there already. */
  accept(): void;
}

export interface OtherAnswer {
  readonly status: number;
  readonly body: object;
}

export type Behaviour = (exchange: BulkExchange) => void;

/** Plays Elasticsearch's bulk API over real HTTP, with whatever goes wrong in the order that a test gives. */
export class ElasticsearchDouble {
  readonly stored = new Map<string, unknown>();
  readonly requests: {
    readonly path: string;
    readonly ids: readonly string[];
    readonly authorization: string | undefined;
  }[] = [];
  /** Other requests than bulk requests, by path. */
  readonly others = new Map<string, OtherAnswer | ((method: string, body: string) => OtherAnswer)>();
  private readonly script: Behaviour[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));
  /** What it does when the script is at its end. */
  otherwise: Behaviour = (exchange) => exchange.accept();

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  then(...behaviours: Behaviour[]): this {
    this.script.push(...behaviours);
    return this;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const answers = this.others.get((request.url ?? "").split("?")[0]!);
    if (answers) {
      const other = typeof answers === "function" ? answers(request.method ?? "", body) : answers;
      response.writeHead(other.status, { "content-type": "application/json" }).end(JSON.stringify(other.body));
      return;
    }
    const documents = parseBody(body);
    this.requests.push({
      path: request.url ?? "",
      ids: documents.map(({ id }) => id),
      authorization: request.headers.authorization,
    });
    const answer: BulkExchange["answer"] = (items) => {
      const errors = items.some(({ status }) => status >= 300);
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ errors, items: items.map((create) => ({ create })) }));
    };
    const accept = () => answer(documents.map((received) => ({ status: this.store(received) })));
    (this.script.shift() ?? this.otherwise)({ documents, body, request, response, answer, accept });
  }

  store({ id, document }: Received): number {
    if (this.stored.has(id)) return 409;
    this.stored.set(id, document);
    return 201;
  }
}

function parseBody(body: string): Received[] {
  if (!body.endsWith("\n")) throw new Error("a bulk body ends with a line feed");
  const lines = body.slice(0, -1).split("\n");
  const documents: Received[] = [];
  for (let i = 0; i < lines.length; i += 2) {
    const action = JSON.parse(lines[i]!) as { readonly create: { readonly _id: string } };
    documents.push({ id: action.create._id, document: JSON.parse(lines[i + 1]!) });
  }
  return documents;
}

export const status =
  (code: number, body: object | string = ""): Behaviour =>
  ({ response }) =>
    void response.writeHead(code).end(typeof body === "string" ? body : JSON.stringify(body));
