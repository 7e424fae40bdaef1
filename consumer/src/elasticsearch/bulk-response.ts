/** What became of one document of a bulk request. */
export type Outcome =
  | { readonly kind: "delivered" }
  /** Wait and send it again. `cause` is for metrics: few different values. */
  | { readonly kind: "retry"; readonly cause: RetryCause; readonly detail: string }
  /** No retry will mend it. */
  | { readonly kind: "rejected"; readonly detail: string }
  | { readonly kind: "too-large"; readonly detail: string };

export const RETRY_CAUSES = [
  "network",
  "timeout",
  "response-invalid",
  "overloaded",
  "server-error",
  "unauthorized",
  "blocked",
  "stream-missing",
  "cluster-limit",
  "request-invalid",
] as const;

export type RetryCause = (typeof RETRY_CAUSES)[number];

const DELIVERED: Outcome = { kind: "delivered" };

interface BulkError {
  readonly type?: string;
  readonly reason?: string;
  readonly caused_by?: BulkError;
}

interface BulkItem {
  readonly create?: { readonly status?: number; readonly error?: BulkError };
}

/** Outcomes in the order of the request, or undefined if the body is not a whole answer for so many documents. */
export function readBulkResponse(body: string, documents: number): Outcome[] | undefined {
  let parsed: { readonly items?: readonly BulkItem[] } | null;
  try {
    parsed = JSON.parse(body) as typeof parsed;
  } catch {
    return undefined;
  }
  const items = parsed?.items;
  if (!Array.isArray(items) || items.length !== documents) return undefined;
  const outcomes: Outcome[] = [];
  for (const item of items as readonly BulkItem[]) {
    const status = item.create?.status;
    if (typeof status !== "number") return undefined;
    outcomes.push(itemOutcome(status, item.create?.error));
  }
  return outcomes;
}

/** 409 is success: the document is there, because the line was sent before. */
export function itemOutcome(status: number, error: BulkError | undefined): Outcome {
  if ((status >= 200 && status < 300) || status === 409) return DELIVERED;
  const detail = describe(status, error);
  const cause = retryCause(status, error);
  if (cause !== undefined) return { kind: "retry", cause, detail };
  return status === 413 ? { kind: "too-large", detail } : { kind: "rejected", detail };
}

/** What a request's own status says of all its documents; a 200 says nothing. */
export function requestOutcome(status: number, body: string): Outcome {
  let error: BulkError | undefined;
  try {
    const parsed = JSON.parse(body) as { readonly error?: BulkError | string } | null;
    error = typeof parsed?.error === "string" ? { reason: parsed.error } : parsed?.error;
  } catch {
    error = { reason: body.slice(0, 200) };
  }
  return itemOutcome(status, error);
}

function retryCause(status: number, error: BulkError | undefined): RetryCause | undefined {
  const types = chain(error).map((each) => each.type ?? "");
  if (types.includes("cluster_block_exception")) return "blocked";
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 408 || status === 429) return "overloaded";
  if (status >= 500) return "server-error";
  // The stream or its template is missing, or a plain index stands in its place: an operator's mistake, not the line's.
  if (status === 404) return "stream-missing";
  if (status === 405 || status === 406 || (status >= 300 && status < 400)) return "request-invalid";
  if (status === 400) {
    const reasons = chain(error).map((each) => each.reason ?? "");
    if (
      types.includes("index_not_found_exception") ||
      reasons.some((reason) => reason.includes("require_data_stream"))
    ) {
      return "stream-missing";
    }
    // "this action would add [2] shards, but this cluster currently has [1000]/[1000] maximum normal shards open"
    if (types.includes("validation_exception")) return "cluster-limit";
    if (reasons.some((reason) => reason.startsWith("pipeline with id"))) return "cluster-limit";
  }
  return undefined;
}

function describe(status: number, error: BulkError | undefined): string {
  const reasons = chain(error).map((each) => [each.type, each.reason].filter(Boolean).join(": "));
  return [`status ${status}`, ...reasons].join("; ").slice(0, 1000);
}

function chain(error: BulkError | undefined): BulkError[] {
  const errors: BulkError[] = [];
  for (let at = error; at && errors.length < 5; at = at.caused_by) errors.push(at);
  return errors;
}
