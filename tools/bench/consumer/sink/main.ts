import { appendFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { bulkAnswer, countBulk } from "./bulk-body";
import type { SinkOrder, SinkState } from "./state";

/**
 * Stands where Elasticsearch would: takes bulk requests, counts their documents, and says that all were created. Knows just
 * enough besides that the contenders start. `POST /_sink` gives it an order and starts it anew, `GET /_sink` tells its state.
 */

const PORT = 9200;
/** Each a bulk body behind its length in four bytes, for the bare loader. */
const CAPTURE_FILE = "/capture/bodies";
const SAMPLED = 20_000;

let order: SinkOrder = { ages: false, capture: 0, sample: 0 };
let state = fresh();
let sample: string[] = [];
/** Answers repeat: batches are often of the same size. */
const answers = new Map<string, string>();

function fresh() {
  return { documents: 0, bytes: 0, requests: 0, firstAt: 0, lastAt: 0, ages: [] as number[] };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}

function send(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-elastic-product": "Elasticsearch",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function bulk(body: Buffer, filtered: boolean): string {
  const now = Date.now();
  const { documents, delays } = countBulk(body, order.ages ? now : undefined);
  if (documents > 0) state.firstAt ||= now;
  state.documents += documents;
  state.bytes += body.length;
  state.requests++;
  state.lastAt = now;
  for (const delay of delays) state.ages.push(delay);
  if (state.documents <= order.capture) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    appendFileSync(CAPTURE_FILE, Buffer.concat([length, body]));
  }
  if (sample.length < order.sample) {
    const lines = body.toString().split("\n");
    for (let at = 1; at < lines.length && sample.length < order.sample; at += 2) sample.push(lines[at]!);
  }
  const key = `${documents} ${filtered}`;
  let answer = answers.get(key);
  if (answer === undefined) {
    if (answers.size > 1000) answers.clear();
    answer = bulkAnswer(documents, filtered);
    answers.set(key, answer);
  }
  return answer;
}

function told(): SinkState {
  const { ages, ...counted } = state;
  const step = Math.max(1, Math.ceil(ages.length / SAMPLED));
  return { ...counted, ages: ages.filter((_, at) => at % step === 0), sample };
}

const server = createServer((request, response) => {
  void (async () => {
    const { method, url = "/" } = request;
    const body = await readBody(request);
    if (url.includes("_bulk")) return send(response, bulk(body, url.includes("filter_path")));
    if (url === "/_sink") {
      if (method === "POST") {
        order = JSON.parse(body.toString()) as SinkOrder;
        state = fresh();
        sample = [];
        if (order.capture > 0) writeFileSync(CAPTURE_FILE, "");
      }
      return send(response, JSON.stringify(told()));
    }
    if (url.startsWith("/_index_template/")) return send(response, '{"index_templates":[{"name":"logs-app"}]}');
    if (url.startsWith("/_license")) return send(response, '{"license":{"status":"active","type":"basic"}}');
    if (url === "/")
      return send(response, '{"version":{"number":"9.5.4","build_flavor":"default"},"tagline":"You Know, for Search"}');
    send(response, "{}");
  })().catch((error: unknown) => send(response, JSON.stringify({ error: String(error) }), 500));
});
server.keepAliveTimeout = 600_000;
server.listen(PORT);
