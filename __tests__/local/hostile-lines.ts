/** A line that a service should not write, and a name for it. */
export interface HostileLine {
  readonly name: string;
  readonly bytes: Buffer;
}

const json = (name: string, value: unknown): HostileLine => ({ name, bytes: Buffer.from(JSON.stringify(value)) });
const raw = (name: string, bytes: string | Buffer): HostileLine => ({ name, bytes: Buffer.from(bytes as string) });

const base = {
  service_name: "hostile",
  level: "info",
  message: "hostile line",
  timestamp: "2026-01-02T03:04:05.678901234Z",
};

function nested(depth: number): unknown {
  let value: unknown = "bottom";
  for (let level = 0; level < depth; level++) value = { [`level${level}`]: value };
  return value;
}

const manyKeys = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`key_${n}`, `value ${n}`]));

/**
 * Filebeat ships no empty line, whatever its configuration: its readers pass over events without content. There is nothing in
 * it to lose.
 */
export const NEVER_SHIPPED = "an empty line";

/** What services, users and attackers put into log files. None may be lost, none may stop the others. */
export const HOSTILE_LINES: readonly HostileLine[] = [
  raw("not JSON", "panic: runtime error: invalid memory address"),
  raw("cut-off JSON", '{"service_name":"hostile","level":"in'),
  raw("JSON, but a number", "42"),
  raw("JSON, but a string", '"just text"'),
  raw("JSON, but an array", '[{"a":1},{"a":2}]'),
  raw("JSON, but null", "null"),
  raw("an empty object", "{}"),
  raw(NEVER_SHIPPED, ""),
  raw("only blanks", "   \t "),
  raw(
    "broken UTF-8",
    Buffer.concat([Buffer.from('{"message":"'), Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0xe2, 0x82]), Buffer.from('"}')]),
  ),
  raw("broken UTF-8 and no JSON", Buffer.from([0x80, 0x81, 0xfe, 0xff, 0x41])),
  raw("NUL bytes", Buffer.from("be\0fore \0\0 after")),
  raw("NUL bytes in JSON", '{"message":"nul \\u0000 in value","k\\u0000ey":"v"}'),
  raw("a lone surrogate", '{"message":"\\ud800 alone","attributes":{"\\udfff":1}}'),
  raw("a carriage return at the end", '{"message":"windows"}\r'),
  json("2 MB in the message", { ...base, message: "x".repeat(2_000_000) }),
  raw("2 MB that are not JSON", "y".repeat(2_000_000)),
  json("a long value of a keyword", { ...base, path: `/${"p".repeat(100_000)}` }),
  json("a long key", { ...base, ["k".repeat(40_000)]: "v" }),
  json("a deep object", { ...base, deep: nested(200) }),
  raw("deep arrays", `{"message":"deep","a":${"[".repeat(500)}1${"]".repeat(500)}}`),
  json("5000 distinct keys", { ...base, ...manyKeys }),
  json("5000 keys below one", { ...base, context: manyKeys }),
  json("dots in keys", {
    ...base,
    "a.b.c": 1,
    "a.b": 2,
    a: { b: { c: 3 } },
    "..": 4,
    ".": 5,
    "a..b": 6,
    "trailing.": 7,
  }),
  json("blank keys", { ...base, "": 1, " ": 2, x: { "": 3 } }),
  json(
    "JavaScript's own keys",
    JSON.parse('{"__proto__":{"polluted":1},"constructor":"c","toString":"t","message":"proto"}'),
  ),
  json("status is text", { ...base, status: "two hundred" }),
  json("status is an object", { ...base, status: { code: 200 } }),
  json("status is beyond a long", { ...base, status: 1e300 }),
  json("duration is negative", { ...base, duration_ms: -5 }),
  json("duration is text", { ...base, duration_ms: "fast" }),
  json("client_ip is no address", { ...base, client_ip: "not-an-ip" }),
  json("client_ip is an array", { ...base, client_ip: ["10.0.0.1", "::1"] }),
  json("an IPv6 zone", { ...base, client_ip: "fe80::1%eth0" }),
  json("message is an object", { ...base, message: { nested: true } }),
  json("level is a number", { ...base, level: 30 }),
  json("level is an array", { ...base, level: ["info", "warn"] }),
  json("service_name is null", { ...base, service_name: null }),
  json("service is text where ECS has an object", { ...base, service: "text" }),
  json("trace_id is an object", { ...base, trace_id: { hex: "00" } }),
  json("@timestamp and timestamp", { ...base, "@timestamp": "2026-05-05T00:00:00Z" }),
  raw(
    "duplicate keys",
    '{"service_name":"hostile","service_name":"hostile2","message":"a","message":"b","status":1,"status":"x"}',
  ),
  json("a timestamp of year 1", { ...base, timestamp: "0001-01-01T00:00:00Z" }),
  json("a timestamp of year 9999", { ...base, timestamp: "9999-12-31T23:59:59Z" }),
  json("a timestamp that is none", { ...base, timestamp: "yesterday" }),
  json("a timestamp that is an object", { ...base, timestamp: { seconds: 1 } }),
  json("a timestamp in seconds", { ...base, timestamp: 1767322800.25 }),
  json("no timestamp", { service_name: "hostile", level: "info", message: "timeless" }),
  json("a number beyond a double", JSON.parse('{"message":"big","n":123456789012345678901234567890}')),
  raw("a number as 1e400", '{"message":"huge","n":1e400}'),
  json("fields of Elasticsearch's own", { ...base, _id: "x", _index: "y", _source: { a: 1 }, _routing: "z" }),
  json("attributes of its own", { ...base, attributes: "text" }),
  json("tags of its own", { ...base, tags: { not: "a list" } }),
  raw("Elasticsearch bulk syntax", '{"index":{"_index":"other","_id":"1"}}'),
  raw("the last", '{"service_name":"hostile","message":"the last one"}'),
];

/** The lines as a file holds them. */
export function hostileFile(): Buffer {
  return Buffer.concat(HOSTILE_LINES.flatMap(({ bytes }) => [bytes, Buffer.from("\n")]));
}
