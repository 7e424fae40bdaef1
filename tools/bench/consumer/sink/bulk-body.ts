/** What a bulk request brought. */
export interface BulkCount {
  readonly documents: number;
  /** Milliseconds from each document's `@timestamp` until now, where they are asked for. */
  readonly delays: readonly number[];
}

const LINE_FEED = 10;
const TIMESTAMP = Buffer.from('"@timestamp":"');
const DOUBLE_QUOTE = 34;

/**
 * Counts the documents of a bulk body, which are its every second line. Only looks for line feeds, so that it is several times
 * faster than whoever wrote the body.
 *
 * @param now also measure how old each document is at this time, in ms since the epoch. @default ages are not measured
 */
export function countBulk(body: Buffer, now?: number): BulkCount {
  const delays: number[] = [];
  let documents = 0;
  for (let at = 0; at < body.length;) {
    const action = body.indexOf(LINE_FEED, at);
    if (action < 0) break;
    const end = body.indexOf(LINE_FEED, action + 1);
    documents++;
    if (now !== undefined) {
      const written = timestampOf(body, action + 1, end < 0 ? body.length : end);
      if (written !== undefined) delays.push(now - written);
    }
    if (end < 0) break;
    at = end + 1;
  }
  return { documents, delays };
}

function timestampOf(body: Buffer, start: number, end: number): number | undefined {
  const found = body.indexOf(TIMESTAMP, start);
  if (found < 0 || found >= end) return undefined;
  const from = found + TIMESTAMP.length;
  const time = Date.parse(body.toString("latin1", from, body.indexOf(DOUBLE_QUOTE, from)));
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The answer to a bulk request all of whose documents were created.
 *
 * @param filtered only what is needed to tell failures, as a request with `filter_path` gets it
 */
export function bulkAnswer(documents: number, filtered: boolean): string {
  const item = filtered
    ? '{"create":{"status":201}}'
    : '{"create":{"_index":"bench","_id":"1","_version":1,"result":"created","status":201}}';
  return `{${filtered ? "" : '"took":1,'}"errors":false,"items":[${new Array<string>(documents).fill(item).join(",")}]}`;
}
