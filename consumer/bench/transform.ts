import { Batch } from "../src/pipeline/batch";
import { Transform } from "../src/pipeline/transform";

/** Events a second that one thread transforms and writes into bulk bodies: `npx tsx consumer/bench/transform.ts`. */
const EVENTS = 200_000;

function message(i: number): Buffer {
  const line = JSON.stringify({
    level: i % 7 === 0 ? "error" : "info",
    timestamp: `2026-01-31T10:${String(i % 60).padStart(2, "0")}:00.${String(i % 1e9).padStart(9, "0")}Z`,
    logger: "http",
    caller: "orders/handler.go:117",
    msg: "request handled",
    service_name: "orders",
    service_version: "1.4.2",
    trace_id: (i * 2654435761).toString(16).padStart(32, "0"),
    span_id: i.toString(16).padStart(16, "0"),
    request_id: `req-${i}`,
    method: "POST",
    path: `/api/v1/orders/${i % 1000}`,
    status: 201,
    bytes: 1234 + (i % 100),
    duration_ms: (i % 1000) / 7,
    client_ip: `10.1.${i % 256}.7`,
    user_agent: "Mozilla/5.0 (X11; Linux x86_64) Gecko",
    customer: { id: i, tier: "gold" },
    attempt: 1,
  });
  return Buffer.from(
    JSON.stringify({
      "@timestamp": "2026-01-31T10:00:01.123Z",
      "@metadata": { beat: "filebeat", type: "_doc", version: "7.17.28" },
      log: { offset: i * 500, file: { path: "/var/log/myapp/orders.log" } },
      message: line,
      input: { type: "filestream" },
      agent: {
        type: "filebeat",
        version: "7.17.28",
        hostname: "node-1",
        ephemeral_id: "5f8b",
        id: "a1",
        name: "node-1",
      },
      ecs: { version: "1.12.0" },
      host: { name: "node-1" },
    }),
  );
}

const messages = Array.from({ length: 10_000 }, (_, i) => message(i));
const transform = new Transform("app-logs", "logs-app-bench");
const buffer = Buffer.allocUnsafeSlow(5 * 1024 * 1024 + 65_536);

function run(events: number): { seconds: number; bytes: number } {
  let batch = new Batch(buffer, 0);
  let bytes = 0;
  const start = process.cpuUsage();
  for (let i = 0; i < events; i++) {
    const record = {
      topicId: "t",
      partition: 0,
      offset: i,
      key: null,
      value: messages[i % messages.length]!,
      timestamp: 0,
    };
    const result = transform.apply(record, 1_769_853_600_000);
    if (!("lines" in result)) throw new Error(result.invalid);
    while (!batch.add(result.lines, record)) {
      bytes += batch.bytes;
      batch = new Batch(buffer, 0);
    }
  }
  const used = process.cpuUsage(start);
  return { seconds: (used.user + used.system) / 1e6, bytes: bytes + batch.bytes };
}

run(EVENTS / 4);
for (let round = 0; round < 3; round++) {
  const { seconds, bytes } = run(EVENTS);
  const perSecond = Math.round(EVENTS / seconds);
  process.stdout.write(`${perSecond} events per CPU second, ${Math.round(bytes / EVENTS)} bytes a document\n`);
}
const sample = new Batch(buffer, 0);
const result = transform.apply(
  { topicId: "t", partition: 0, offset: 0, key: null, value: messages[1]!, timestamp: 0 },
  0,
);
if ("lines" in result)
  sample.add(result.lines, { topicId: "t", partition: 0, offset: 0, key: null, value: null, timestamp: 0 });
process.stdout.write(sample.body().toString());
