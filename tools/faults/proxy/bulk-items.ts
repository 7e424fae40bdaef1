/** Every third document is refused: it is never sent to Elasticsearch. */
const REFUSED_EVERY = 3;

interface ItemError {
  readonly status: number;
  readonly error: { readonly type: string; readonly reason: string };
}

/** What Elasticsearch says of a document that it refuses. */
export const ITEM_ERRORS = {
  "item-429": {
    status: 429,
    error: { type: "es_rejected_execution_exception", reason: "injected: the queue is full" },
  },
  "item-limit": {
    status: 400,
    error: { type: "validation_exception", reason: "injected: this action would add shards, and there are too many" },
  },
} as const satisfies Readonly<Record<string, ItemError>>;

/** Refused for good. */
const UNREADABLE: ItemError = {
  status: 400,
  error: { type: "document_parsing_exception", reason: "injected: the mapping is another version's" },
};

/** A bulk request without some of its documents. @returns what is left, and for each document whether it was taken out */
export function withoutItems(body: Buffer): { readonly body: Buffer; readonly refused: readonly boolean[] } {
  const lines = body.toString("latin1").split("\n").slice(0, -1);
  const kept: string[] = [];
  const refused: boolean[] = [];
  for (let line = 0; line < lines.length; line += 2) {
    // The last stays in, so that Elasticsearch never gets a request without documents.
    const isRefused = refused.length % REFUSED_EVERY === 0 && line + 2 < lines.length;
    refused.push(isRefused);
    if (!isRefused) kept.push(lines[line]!, lines[line + 1]!);
  }
  return { body: Buffer.from(kept.map((line) => `${line}\n`).join(""), "latin1"), refused };
}

/** Elasticsearch's answer, with an error in the place of each document that was taken out. */
export function withRefusedItems(answer: Buffer, refused: readonly boolean[], error: ItemError): Buffer {
  const parsed = JSON.parse(answer.toString()) as { items?: unknown[] };
  if (!parsed.items) return answer;
  const passed = parsed.items.values();
  const items = refused.map((isRefused) => (isRefused ? { create: error } : passed.next().value));
  return Buffer.from(JSON.stringify({ ...parsed, errors: true, items }));
}

/** The answer to a bulk request whose documents are all refused for good. */
export function allRefused(body: Buffer): Buffer {
  const documents = body.toString("latin1").split("\n").length >> 1;
  return Buffer.from(
    JSON.stringify({ errors: true, items: Array.from({ length: documents }, () => ({ create: UNREADABLE })) }),
  );
}
