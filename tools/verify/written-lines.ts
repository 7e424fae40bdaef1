import type { LinePosition } from "./ledger";

/** A file of the log directory, as far as it was written at some moment. */
export interface LogFile {
  /** The host that it is on, as documents name it. */
  readonly host: string;
  readonly path: string;
  /** Stays the same when the file is renamed by a rotation. */
  readonly inode: string;
  /** In bytes. */
  readonly size: number;
}

/** A line that a service wrote. */
export interface WrittenLine extends LinePosition {
  readonly bytes: Buffer;
}

/** Splits what was read of a file from `start` on; a last line without its newline is still being written. */
export function splitLines(
  { host, path }: Pick<LogFile, "host" | "path">,
  start: number,
  content: Buffer,
): WrittenLine[] {
  const lines: WrittenLine[] = [];
  let begin = 0;
  for (let end = content.indexOf(10); end !== -1; end = content.indexOf(10, begin)) {
    lines.push({ host, file: path, offset: start + begin, bytes: content.subarray(begin, end) });
    begin = end + 1;
  }
  return lines;
}

/** What a service's line says about the request that it belongs to. */
export interface RequestLine extends LinePosition {
  readonly traceId: string;
  readonly service: string;
  /** Whether it is the line that ends the service's part in the request. */
  readonly access: boolean;
  /** What it says. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** The line of a request whose trace id begins with `prefix`; undefined for any other line. */
export function requestLine(line: WrittenLine, prefix: string): RequestLine | undefined {
  // Most lines of a busy directory are of others: look before parsing.
  if (!line.bytes.includes(prefix)) return undefined;
  const content = contentOf(line);
  const { trace_id, service_name, status } = content;
  if (typeof trace_id !== "string" || !trace_id.startsWith(prefix)) return undefined;
  return {
    host: line.host,
    file: line.file,
    offset: line.offset,
    traceId: trace_id,
    service: String(service_name),
    access: status !== undefined,
    content,
  };
}

/** Lines of requests of which others have a trace id that begins with `prefix`, and they have not. */
export function linesWithoutTrace(lines: readonly WrittenLine[], prefix: string): LinePosition[] {
  const ofRequests = lines.flatMap((line) => {
    if (!line.bytes.includes('"request_id"')) return [];
    const { request_id: request, trace_id: trace } = contentOf(line);
    return typeof request === "string" ? [{ line, request, has: String(trace).startsWith(prefix) }] : [];
  });
  const requests = new Set(ofRequests.flatMap(({ request, has }) => (has ? [request] : [])));
  return ofRequests.flatMap(({ line, request, has }) => (!has && requests.has(request) ? [line] : []));
}

/** Empty for what is no JSON object. */
function contentOf({ bytes }: WrittenLine): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(bytes.toString());
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Traces in which a service has begun but not yet ended its part, or the first service has not begun at all. */
export function unfinishedTraces(lines: readonly RequestLine[], traceIds: readonly string[]): string[] {
  const begun = new Map<string, Map<string, boolean>>(traceIds.map((id) => [id, new Map()]));
  for (const line of lines) {
    const services = begun.get(line.traceId);
    services?.set(line.service, line.access || services.get(line.service) === true);
  }
  return [...begun]
    .filter(([, services]) => services.size === 0 || [...services.values()].includes(false))
    .map(([id]) => id);
}
