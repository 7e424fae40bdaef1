import type { Json } from "../../../contract/index-template";
import { waitFor } from "../commands/wait";
import { requestOutcome } from "../elasticsearch/bulk-response";
import type { Answer, ElasticsearchClient } from "../elasticsearch/client";
import type { Log } from "../log";

/** A server refuses a request; waiting will not change its mind. */
export class RefusedError extends Error {}

const JSON_TYPE = "application/json";

export interface Reply {
  readonly status: number;
  readonly body: Json;
}

/** Elasticsearch or Kibana, each request tried until it is answered or the deadline has passed. */
export class Server {
  /** @param name for people */
  constructor(
    private readonly name: string,
    private readonly client: Pick<ElasticsearchClient, "request">,
    private readonly deadlineMs: number,
    private readonly log: Log,
  ) {}

  /**
   * @param path without its first slash
   * @param expected statuses that are answers, beside 2xx. @default 404, of GET
   * @throws RefusedError, and DeadlineError if there is no answer in time
   */
  async ask(
    method: "GET" | "PUT" | "POST" | "DELETE",
    path: string,
    body?: Json,
    expected: readonly number[] = method === "GET" ? [404] : [],
  ): Promise<Reply> {
    const content = body && { type: JSON_TYPE, content: JSON.stringify(body) };
    return waitFor(
      this.name,
      this.deadlineMs,
      this.log,
      async () => {
        const answer = await this.client.request(method, path, content);
        const isAnswer = (answer.status >= 200 && answer.status < 300) || expected.includes(answer.status);
        if (!isAnswer) this.refuse(method, path, answer);
        return { status: answer.status, body: jsonOf(answer.body) };
      },
      (error) => error instanceof RefusedError,
    );
  }

  private refuse(method: string, path: string, answer: Answer): never {
    const detail = detailOf(answer);
    // A repository cannot be changed while a snapshot is taken, nor a rule of Kibana while another changes it; that ends.
    const ends = answer.status === 409 || requestOutcome(answer.status, answer.body).kind === "retry";
    // A security index that is not there yet answers 401 to the right password for a while, so 401 and 403 are waited for too.
    if (ends && answer.status !== 405) throw new Error(`${method} ${path}: ${detail}`);
    throw new RefusedError(`${this.name} refuses ${method} ${path}: ${detail}`);
  }
}

/** What an answer says is wrong. */
export function detailOf({ status, body }: Answer): string {
  const outcome = requestOutcome(status, body);
  // Kibana says it beside its `error`.
  const { message } = jsonOf(body) as { readonly message?: unknown };
  if (typeof message === "string") return `status ${status}; ${message.slice(0, 500)}`;
  return "detail" in outcome ? outcome.detail : `status ${status}; ${body.slice(0, 500)}`;
}

function jsonOf(text: string): Json {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Json) : {};
  } catch {
    return {};
  }
}
