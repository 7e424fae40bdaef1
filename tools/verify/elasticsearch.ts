import { request } from "undici";
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

type Query = Record<string, unknown>;
interface Hit {
  readonly _id: string;
  readonly fields: Readonly<Record<string, readonly unknown[] | undefined>>;
  readonly sort: readonly unknown[];
}

/** Searches one data stream. */
export class LogSearch {
  constructor(
    private readonly url: string,
    private readonly dataStream: string,
  ) {}

  traces(prefix: string): Promise<FoundLine[]> {
    return this.all([{ prefix: { "trace.id": prefix } }]);
  }

  /** Only where each line is from and when; cheap enough to ask again and again beside the load that it watches. */
  arrivals(prefix: string, ingestedSince: number): Promise<FoundLine[]> {
    const filter = [{ prefix: { "trace.id": prefix } }, { range: { "event.ingested": { gte: ingestedSince } } }];
    return this.all(filter, POSITION_FIELDS);
  }

  file(path: string): Promise<FoundLine[]> {
    return this.all([{ term: { "log.file.path": path } }]);
  }

  trace(id: string): Promise<FoundLine[]> {
    return this.all([{ term: { "trace.id": id } }]);
  }

  private async all(filter: readonly Query[], fields: readonly string[] = LINE_FIELDS): Promise<FoundLine[]> {
    const found: FoundLine[] = [];
    for (let after: readonly unknown[] | undefined; ;) {
      const hits = await this.page(filter, fields, after);
      found.push(...hits.map(foundLine));
      after = hits.at(-1)?.sort;
      if (hits.length < PAGE || !after) return found;
    }
  }

  private async page(
    filter: readonly Query[],
    fields: readonly string[],
    after: readonly unknown[] | undefined,
  ): Promise<readonly Hit[]> {
    const { statusCode, body } = await request(`${this.url}/${this.dataStream}/_search?ignore_unavailable=true`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        size: PAGE,
        query: { bool: { filter } },
        _source: false,
        fields,
        // Unique for a line, so that no page boundary hides one.
        sort: [{ "event.ingested": "asc" }, { "log.file.path": "asc" }, { "log.offset": "asc" }],
        ...(after ? { search_after: after } : {}),
      }),
    });
    const text = await body.text();
    if (statusCode !== 200)
      throw new Error(`Elasticsearch answered the search with ${statusCode}: ${text.slice(0, 500)}`);
    return (JSON.parse(text) as { hits: { hits: Hit[] } }).hits.hits;
  }
}

const PAGE = 10_000;
const POSITION_FIELDS = ["@timestamp", "event.ingested", "log.file.path", "log.offset", "trace.id"];
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
    file: text("log.file.path"),
    offset: Number(fields["log.offset"]?.[0] ?? -1),
  };
}
