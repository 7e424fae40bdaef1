import { createHash } from "node:crypto";

/**
 * Log lines as the sample services write them, wrapped as Filebeat wraps them: zap (gateway, payments), logrus (orders) and,
 * for a service that logs ECS, ecszap. From 200 B to 4 KB; the same seed makes the same lines.
 */
export interface Message {
  /** As Filebeat makes it: a file's lines share a key. */
  readonly key: string;
  readonly value: string;
  /** Of the key, so that all of its messages go to one partition. */
  readonly file: number;
}

/** A file on a node, with the line that is written next. */
interface LogFile {
  readonly host: string;
  readonly path: string;
  offset: number;
}

type Write = (random: Random, time: string) => string;

const NODES = 16;
const SERVICES = ["gateway", "orders", "payments", "inventory"] as const;

/** Files that lines come from; partitions of a topic share them evenly while there are no more partitions than files. */
export const FILES = NODES * SERVICES.length;

export class Lines {
  private readonly random: Random;
  private readonly files: readonly LogFile[];
  private next = 0;

  constructor(seed: number) {
    this.random = randomOf(seed);
    this.files = Array.from({ length: FILES }, (_, index) => ({
      host: `node-${index % NODES}`,
      path: `/var/log/myapp/${SERVICES[Math.floor(index / NODES)]}.log`,
      offset: seed * 1_000_000_000,
    }));
  }

  /** @param at when it is written, in ms since the epoch */
  message(at: number): Message {
    const number = this.next++ % FILES;
    const file = this.files[number]!;
    const time = new Date(at).toISOString();
    const nanoseconds = `${time.slice(0, -1)}${String(this.next % 1_000_000).padStart(6, "0")}Z`;
    const service = SERVICES[Math.floor(number / NODES)]!;
    const line = pick(this.random, WRITERS[service])(this.random, nanoseconds);
    const value = JSON.stringify({
      "@timestamp": time,
      "@metadata": { beat: "filebeat", type: "_doc", version: "9.3.0" },
      host: { name: file.host },
      log: { offset: file.offset, file: { path: file.path } },
      message: line,
    });
    file.offset += line.length + 1;
    return { key: `${file.host}:${file.path}`, value, file: number };
  }
}

const accessed: Write = (random, time) =>
  JSON.stringify({
    level: "info",
    timestamp: time,
    message: "request handled",
    service_name: "gateway",
    service_version: "0.1.0",
    ...request(random),
    http_method: "POST",
    path: "/orders",
    status: pick(random, [201, 201, 201, 409, 402, 503]),
    bytes: integer(random, 4000),
    duration_ms: integer(random, 900_000) / 1000,
    user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
  });

const started: Write = (random, time) =>
  JSON.stringify({
    level: "debug",
    timestamp: time,
    message: "cache refreshed",
    service_name: "gateway",
    entries: integer(random, 100_000),
  });

/** logrus writes its fields in the order of their names. */
const ordered: Write = (random, time) =>
  JSON.stringify({
    amount_cents: integer(random, 100_000),
    ...client(random),
    item: pick(random, ["book", "lamp", "chair", "out-of-stock"]),
    level: "info",
    message: "order accepted",
    quantity: integer(random, 10),
    ...ids(random),
    service_name: "orders",
    service_version: "0.1.0",
    timestamp: time,
    upstream: "payments",
  });

const charged: Write = (random, time) =>
  JSON.stringify({
    level: "info",
    timestamp: time,
    message: "card charged",
    service_name: "payments",
    service_version: "0.1.0",
    ...request(random),
    provider: { name: "acme-pay", region: "eu-west-1", attempts: integer(random, 3) },
    amount_cents: integer(random, 100_000),
  });

const failed: Write = (random, time) =>
  JSON.stringify({
    level: "error",
    timestamp: time,
    message: "charge failed",
    service_name: "payments",
    service_version: "0.1.0",
    ...request(random),
    error_type: pick(random, ["card_declined", "payment_provider_unavailable", "upstream_timeout"]),
    error: 'Post "https://provider.example/charges": context deadline exceeded',
    stacktrace: stack(random),
  });

const ecs: Write = (random, time) => {
  const { trace_id, span_id, request_id } = ids(random);
  return JSON.stringify({
    "log.level": "info",
    "@timestamp": time,
    "log.logger": "inventory.stock",
    "log.origin": { "file.name": "stock/reserve.go", "file.line": integer(random, 400), function: "stock.Reserve" },
    message: "stock reserved",
    "service.name": "inventory",
    "service.version": "2.3.1",
    "trace.id": trace_id,
    "span.id": span_id,
    "http.request.id": request_id,
    "ecs.version": "1.6.0",
    warehouse: pick(random, ["north", "south"]),
    left: integer(random, 1000),
  });
};

const plain: Write = (random, time) =>
  `${time} inventory: reloaded ${integer(random, 500)} rules from /etc/inventory/rules.d after SIGHUP, ${hex(random, 40)}, no change in the effective policy`;

/** By weight: what is named twice comes twice as often. */
const WRITERS: Readonly<Record<(typeof SERVICES)[number], readonly Write[]>> = {
  gateway: [accessed, accessed, accessed, started],
  orders: [ordered],
  payments: [charged, charged, failed],
  inventory: [ecs, ecs, ecs, ecs, ecs, ecs, ecs, ecs, ecs, plain],
};

function request(random: Random) {
  return { ...ids(random), ...client(random) };
}

function ids(random: Random) {
  return { trace_id: hex(random, 32), span_id: hex(random, 16), request_id: hex(random, 26) };
}

function client(random: Random) {
  return { client_ip: `203.0.${integer(random, 255)}.${integer(random, 255)}` };
}

/** From 1 to 3.5 KB. */
function stack(random: Random): string {
  const frames = 8 + integer(random, 20);
  return Array.from(
    { length: frames },
    (_, at) =>
      `log-pipeline/services/internal/payments.(*Service).step${at}\n\t/src/internal/payments/service.go:${integer(random, 900)}`,
  ).join("\n");
}

type Random = () => number;

/** A linear congruential generator (Numerical Recipes' constants): quick, and the same on every machine. */
function randomOf(seed: number): Random {
  let state = createHash("sha256").update(String(seed)).digest().readUInt32LE(0);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function integer(random: Random, below: number): number {
  return Math.floor(random() * below);
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[integer(random, from.length)]!;
}

function hex(random: Random, length: number): string {
  let text = "";
  while (text.length < length)
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return text.slice(0, length);
}
