import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deadLetterStreamName } from "../../../contract/names";
import { allRefused, ITEM_ERRORS, withRefusedItems, withoutItems } from "./bulk-items";

/** What the proxy does with bulk requests; everything else it passes on. */
export type AnswerFault =
  | "answer-429"
  | "answer-503"
  | "answer-401"
  | "answer-404"
  | "answer-405"
  | "answer-foreign"
  | "item-429"
  | "item-limit"
  | "record-refused"
  | "half-answer"
  | "reset-before"
  | "reset-after"
  | "slow-answer"
  | "hold";

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const DEAD_LETTER_STREAM = deadLetterStreamName("");

/** Passes requests on to Elasticsearch, or does to them what a network and a busy server do. */
export class ElasticsearchProxy {
  readonly faults = new Set<AnswerFault>();
  /** The `Authorization` that is accepted. @default any */
  authorization: string | undefined;
  private readonly server: Server;

  constructor(private readonly upstreamPort: number) {
    this.server = createServer((incoming, outgoing) => {
      incoming.on("error", () => outgoing.destroy());
      this.handle(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const isBulk = incoming.url?.includes("_bulk") ?? false;
    if (isBulk && this.authorization !== undefined && incoming.headers.authorization !== this.authorization)
      return answer(outgoing, failure(401));
    const has = (fault: AnswerFault) => isBulk && this.faults.has(fault);
    if (has("hold")) return;
    if (has("reset-before")) return void incoming.socket.resetAndDestroy();
    for (const status of [401, 404, 405, 429, 503] as const)
      if (has(`answer-${status}`)) return answer(outgoing, failure(status));

    // What is between may answer in Elasticsearch's place.
    if (has("answer-foreign")) return answer(outgoing, { status: 200, body: Buffer.from("<html>injected</html>") });
    if (has("record-refused") && incoming.url?.startsWith(`/${DEAD_LETTER_STREAM}`))
      return answer(outgoing, { status: 200, body: allRefused(body) });

    const itemFault = (["item-429", "item-limit"] as const).find(has);
    const refused = itemFault && withoutItems(body);
    const passed = await this.pass(incoming, refused?.body ?? body);
    const full = refused
      ? { ...passed, body: withRefusedItems(passed.body, refused.refused, ITEM_ERRORS[itemFault]) }
      : passed;
    if (has("reset-after")) return void incoming.socket.resetAndDestroy();
    if (has("half-answer")) return cutOff(outgoing, full);
    if (has("slow-answer")) return trickle(outgoing, full);
    answer(outgoing, full);
  }

  private pass(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const headers = { ...incoming.headers, "content-length": String(body.length) };
    delete headers["transfer-encoding"];
    return new Promise((resolve, reject) => {
      const options = {
        port: this.upstreamPort,
        host: "127.0.0.1",
        method: incoming.method,
        path: incoming.url,
        headers,
      };
      const outgoing = request(options, (response) => {
        read(response).then((text) => resolve({ status: response.statusCode ?? 502, body: text }), reject);
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function failure(status: number): Answer {
  return {
    status,
    body: Buffer.from(JSON.stringify({ error: { type: "injected", reason: `status ${status}` }, status })),
  };
}

function head(outgoing: ServerResponse, { status, body }: Answer): void {
  outgoing.writeHead(status, { "content-type": "application/json", "content-length": body.length });
}

function answer(outgoing: ServerResponse, full: Answer): void {
  head(outgoing, full);
  outgoing.end(full.body);
}

function cutOff(outgoing: ServerResponse, full: Answer): void {
  head(outgoing, full);
  outgoing.write(full.body.subarray(0, full.body.length / 2), () => outgoing.socket?.resetAndDestroy());
}

/** A byte every 50 ms: the connection is never idle, and the answer never whole in time. */
function trickle(outgoing: ServerResponse, full: Answer): void {
  head(outgoing, full);
  let sent = 0;
  const timer = setInterval(() => {
    outgoing.write(full.body.subarray(sent, ++sent));
    if (sent >= full.body.length) outgoing.end();
  }, 50);
  outgoing.on("close", () => clearInterval(timer));
  outgoing.on("finish", () => clearInterval(timer));
}
