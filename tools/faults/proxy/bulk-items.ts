/** Every third document is refused, as by a full write queue: it is never sent to Elasticsearch. */
const REFUSED_EVERY = 3;

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

/** Elasticsearch's answer, with an item of status 429 in the place of each document that was taken out. */
export function withRefusedItems(answer: Buffer, refused: readonly boolean[]): Buffer {
  const parsed = JSON.parse(answer.toString()) as { items?: unknown[] };
  if (!parsed.items) return answer;
  const passed = parsed.items.values();
  const error = { type: "es_rejected_execution_exception", reason: "injected: the queue is full" };
  const items = refused.map((isRefused) => (isRefused ? { create: { status: 429, error } } : passed.next().value));
  return Buffer.from(JSON.stringify({ ...parsed, errors: true, items }));
}
