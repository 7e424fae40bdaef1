/** Lines as loggers write them, each with the values that its document must have; null: the field must be absent. */
export interface LoggerLine {
  readonly name: string;
  readonly line: string;
  readonly expected: Readonly<Record<string, unknown>>;
  /** The line is the whole Kafka message. */
  readonly isMessage?: true;
}

export const TIME = "2026-11-30T23:40:00.123456789Z";

/** A line with a service, a level, a time and a message. @param fields JSON text, behind the others; of one name twice it counts */
function line(fields = ""): string {
  const known = `"service_name":"s","level":"info","timestamp":"${TIME}","message":"m"`;
  return `{${known}${fields && `,${fields}`}}`;
}

const logged = (name: string, fields: string, expected: LoggerLine["expected"]): LoggerLine => ({
  name,
  line: line(fields),
  expected,
});

export const LOGGER_LINES: readonly LoggerLine[] = [
  logged("a console encoder colours the level", String.raw`"level":"\u001b[31mERROR\u001b[0m"`, {
    "log.level": "error",
    "attributes.level": "\u001b[31mERROR\u001b[0m",
  }),
  logged("a framework puts the level in brackets", '"level":"[ERROR]"', { "log.level": "error" }),
  logged("slog writes a level between two names", '"level":"ERROR+4"', {
    "log.level": "error",
    "attributes.level": "ERROR+4",
  }),
  logged("a short form of a level", '"level":"err"', { "log.level": "error" }),
  logged("a level in numbers, as pino and bunyan have it", '"level":50', { "log.level": "error" }),
  logged("logrus' warning", '"level":"warning"', { "log.level": "warn", "attributes.level": null }),
  {
    name: "a number of the service's own, under a name of the time, before the time",
    line: `{"level":"info","message":"slow query","service_name":"s","time":42,"timestamp":"${TIME}"}`,
    expected: { "@timestamp": TIME, "attributes.time": 42, tags: null },
  },
  {
    name: "a date of the service's own, under a name of the time, before the time",
    line: `{"level":"info","message":"booked","service_name":"s","time":"2027-02-01T09:00:00Z","timestamp":"${TIME}"}`,
    expected: { "@timestamp": TIME, "attributes.time": "2027-02-01T09:00:00Z", tags: null },
  },
  {
    name: "a text of the service's own, under a name of the message, before the message",
    line: `{"level":"info","service_name":"s","msg":"user said hi","timestamp":"${TIME}","message":"chat received"}`,
    expected: { message: "chat received", "attributes.msg": "user said hi" },
  },
  {
    name: "a small number is no time",
    line: '{"service_name":"s","level":"info","ts":7,"message":"m"}',
    expected: { tags: ["timestamp-invalid"], "attributes.ts": 7 },
  },
  logged("an epoch with nanoseconds as text", '"timestamp":"1796082000.123456789"', { "@timestamp": TIME }),
  logged("an epoch with nanoseconds as a number", '"timestamp":1796082000.123456789', { "@timestamp": TIME }),
  logged("Go's time.Time.String()", '"timestamp":"2026-11-30 15:40:00.393034888 -0800 PST"', {
    "@timestamp": "2026-11-30T23:40:00.393034888Z",
  }),
  logged("the same with a monotonic reading", '"timestamp":"2026-11-30 23:40:00.123456789 +0000 UTC m=+0.001234567"', {
    "@timestamp": TIME,
  }),
  logged("RFC 1123 with an offset", '"timestamp":"Mon, 30 Nov 2026 23:40:00 +0000"', {
    "@timestamp": "2026-11-30T23:40:00.000Z",
  }),
  logged("Go's RemoteAddr", '"client_ip":"100.114.84.83:39330"', { "client.ip": "100.114.84.83" }),
  logged("Go's RemoteAddr of IPv6", '"client_ip":"[2001:db8::2]:22222"', { "client.ip": "2001:db8::2" }),
  logged("X-Forwarded-For", '"client_ip":"203.0.113.7, 10.0.0.1"', {
    "client.ip": "203.0.113.7",
    "attributes.client_ip": "203.0.113.7, 10.0.0.1",
  }),
  logged("a trace id in upper case", '"trace_id":"4BF92F3577B34DA6A3CE929D0E0E4736"', {
    "trace.id": "4bf92f3577b34da6a3ce929d0e0e4736",
  }),
  logged("a trace id of 64 bits", '"trace_id":"a3ce929d0e0e4736"', { "trace.id": "a3ce929d0e0e4736" }),
  logged("a trace id of zeros", `"trace_id":"${"0".repeat(32)}"`, { "trace.id": null, tags: null }),
  {
    name: "NULs before a line, of a file that was truncated under its writer",
    line: `${"\0".repeat(64)}${line()}`,
    expected: { "service.name": "s", message: "m", tags: ["nul-padding"] },
  },
  logged("a decimal with more digits than a double has", '"rate":0.12345678901234567890', {
    "attributes.rate": "0.12345678901234567890",
  }),
  logged("a decimal too small for a double", '"p":1e-400', { "attributes.p": "1e-400" }),
  logged("a hexadecimal status", '"status":"0x1F4"', {
    "http.response.status_code": null,
    "attributes.status": "0x1F4",
    tags: ["field-invalid"],
  }),
  logged("logrus' ReportCaller", '"file":"/app/main.go:42","func":"main.run"', {
    "log.origin.file.name": "/app/main.go",
    "log.origin.file.line": 42,
    "log.origin.function": "main.run",
    "attributes.file": null,
  }),
  {
    name: "a line that its service wrote to the topic itself",
    line: `{"service_name":"s","level":"error","timestamp":"${TIME}","message":"m"}`,
    expected: { "service.name": "s", "log.level": "error", "@timestamp": TIME, message: "m", tags: null },
    isMessage: true,
  },
];
