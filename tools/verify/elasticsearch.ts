import { setTimeout as pause } from "node:timers/promises";
import { Agent, type Dispatcher, request } from "undici";
import type { SearchAnswer } from "../../constructs/content/query/panel-query";
import type { Json } from "../../contract/index-template";
import { COMPARED_FIELDS } from "./content";
import type { LinePosition } from "./ledger";

/** A log line as it is found in Elasticsearch. */
export interface FoundLine extends LinePosition {
  readonly id: string;
  readonly timestamp: string;
  readonly service: string;
  readonly level: string;
  readonly message: string;
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly ingested: number;
}

/** A log line with the fields that hold what its service wrote. */
export interface FoundContent extends FoundLine {
  readonly fields: Readonly<Record<string, readonly unknown[] | undefined>>;
}

type Query = Record<string, unknown>;
interface Hit {
  readonly _id: string;
  readonly fields: Readonly<Record<string, readonly unknown[] | undefined>>;
  readonly sort: readonly unknown[];
}

export interface SearchOptions {
  /** Sent with every request. @default none: security is off */
  readonly authorization?: string;
  /** Whom to trust, and the name that its certificate is for, which a forwarded port has not. @default as the URL says */
  readonly tls?: { readonly ca: string; readonly serverName: string };
  /**
   * How long an Elasticsearch that is away, or just comes back, is asked again, in milliseconds.
   * @default 0: whoever asks is told at once
   */
  readonly patienceMs?: number;
}

/** An answer that is none, in words that a person can use. */
class SearchError extends Error {
  override readonly name = "SearchError";
  constructor(
    readonly statusCode: number,
    text: string,
  ) {
    super(`Elasticsearch answered the search with ${statusCode}: ${text.slice(0, 500)}`);
  }
}

/** Searches where the lines of an environment are kept. */
export class LogSearch {
  private readonly dispatcher: Dispatcher | undefined;

  constructor(
    private readonly url: string,
    private readonly target: string,
    private readonly options: SearchOptions = {},
  ) {
    const { tls } = options;
    this.dispatcher = tls && new Agent({ connect: { ca: tls.ca, servername: tls.serverName } });
  }

  close(): Promise<void> {
    return this.dispatcher?.destroy() ?? Promise.resolve();
  }

  async traces(prefix: string): Promise<FoundContent[]> {
    const hits = await this.all(
      [{ prefix: { "trace.id": prefix } }],
      [...new Set([...LINE_FIELDS, ...COMPARED_FIELDS])],
    );
    return hits.map((hit) => ({ ...foundLine(hit), fields: hit.fields }));
  }

  /** Only where each line is from and when; cheap enough to ask again and again beside the load that it watches. */
  async arrivals(prefix: string, ingestedSince: number): Promise<FoundLine[]> {
    const filter = [{ prefix: { "trace.id": prefix } }, { range: { "event.ingested": { gte: ingestedSince } } }];
    return (await this.all(filter, POSITION_FIELDS)).map(foundLine);
  }

  async file(path: string): Promise<FoundLine[]> {
    return (await this.all([{ term: { "log.file.path": path } }])).map(foundLine);
  }

  async trace(id: string): Promise<FoundLine[]> {
    return (await this.all([{ term: { "trace.id": id } }])).map(foundLine);
  }

  /**
   * Any other question, as Elasticsearch's body of `_search`.
   *
   * @throws SearchError where it is refused
   */
  search(body: Json): Promise<SearchAnswer> {
    return this.patiently<SearchAnswer>(body);
  }

  private async all(filter: readonly Query[], fields: readonly string[] = LINE_FIELDS): Promise<Hit[]> {
    const found: Hit[] = [];
    for (let after: readonly unknown[] | undefined; ;) {
      const hits = await this.page(filter, fields, after);
      const whole = hits.length < PAGE ? hits : withoutLastPlace(hits);
      // In pieces: a page has more hits than a call takes arguments.
      for (const hit of whole) found.push(hit);
      after = whole.at(-1)?.sort;
      if (hits.length < PAGE) return found;
    }
  }

  private async page(
    filter: readonly Query[],
    fields: readonly string[],
    after: readonly unknown[] | undefined,
  ): Promise<readonly Hit[]> {
    const { hits } = await this.patiently<{ readonly hits: { readonly hits: readonly Hit[] } }>({
      size: PAGE,
      query: { bool: { filter } },
      _source: false,
      fields,
      // A line that has none would be sorted by a number that JSON cannot hold.
      sort: [...SORTED_BY.map((field) => ({ [field]: "asc" })), { "log.offset": { order: "asc", missing: -1 } }],
      ...(after ? { search_after: after } : {}),
    });
    return hits.hits;
  }

  private async patiently<Answer>(body: Json): Promise<Answer> {
    const deadline = Date.now() + (this.options.patienceMs ?? 0);
    for (;;) {
      try {
        return (await this.ask(body)) as Answer;
      } catch (error) {
        if (!mayPass(error) || Date.now() >= deadline) throw error;
        await pause(RETRY_MS);
      }
    }
  }

  private async ask(question: Json): Promise<unknown> {
    const { authorization } = this.options;
    // A shard that is not there yet must not pass for one without hits.
    const flags = "ignore_unavailable=true&allow_partial_search_results=false";
    const { statusCode, body } = await request(`${this.url}/${this.target}/_search?${flags}`, {
      method: "POST",
      ...(this.dispatcher ? { dispatcher: this.dispatcher } : {}),
      headers: { "content-type": "application/json", ...(authorization ? { authorization } : {}) },
      body: JSON.stringify(question),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new SearchError(statusCode, text);
    return JSON.parse(text);
  }
}

/** Whether the same question may be answered later: a connection that broke, a node that is not ready yet. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof SearchError) || error.statusCode >= 500 || error.statusCode === 429;
}

/**
 * A full page without the documents of its last place in the order: of a line that is doubled, the next page would have none
 * that is at the same place as the last one here.
 */
function withoutLastPlace(hits: readonly Hit[]): readonly Hit[] {
  const placeOf = ({ sort }: Hit) => JSON.stringify(sort);
  const last = hits.at(-1);
  const end = hits.findIndex((hit) => last && placeOf(hit) === placeOf(last));
  if (end > 0) return hits.slice(0, end);
  throw new Error(`more than ${PAGE} documents are of one line at one moment: ${last && placeOf(last)}`);
}

const RETRY_MS = 500;
const SORTED_BY = ["event.ingested", "host.name", "log.file.path"];
const PAGE = 10_000;
const POSITION_FIELDS = ["@timestamp", "event.ingested", "host.name", "log.file.path", "log.offset", "trace.id"];
const LINE_FIELDS = [...POSITION_FIELDS, "message", "service.name", "log.level"];

function foundLine({ _id, fields }: Hit): FoundLine {
  const text = (name: string) => String(fields[name]?.[0] ?? "");
  return {
    id: _id,
    timestamp: text("@timestamp"),
    service: text("service.name"),
    level: text("log.level"),
    message: text("message"),
    traceId: text("trace.id"),
    ingested: Date.parse(text("event.ingested")),
    host: text("host.name"),
    file: text("log.file.path"),
    offset: Number(fields["log.offset"]?.[0] ?? -1),
  };
}
