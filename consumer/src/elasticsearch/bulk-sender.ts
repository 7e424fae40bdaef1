import type { DeadLetterReason } from "../../../contract/dead-letter";
import { Backoff, sleep, type BackoffOptions } from "../backoff";
import { describeError, RateLimit, type Log } from "../log";
import type { Batch } from "../pipeline/batch";
import type { SourceRecord } from "../pipeline/log-source";
import { readBulkResponse, requestOutcome, type Outcome, type RetryCause } from "./bulk-response";
import type { Answer } from "./client";

/** A message that is given up, and why. */
export interface Rejected {
  readonly source: SourceRecord;
  readonly reason: DeadLetterReason;
  readonly detail: string;
}

export interface DeadLetterSink {
  /** Resolves when all are stored for good; tries until they are. @param progress called at each attempt */
  write(rejected: readonly Rejected[], progress: () => void): Promise<void>;
}

/** Sends the body of a bulk request; rejects if there is no whole answer. */
export type BulkRequest = (body: Buffer) => Promise<Answer>;

export interface BulkObserver {
  answered(documents: number, bytes: number, seconds: number): void;
  retried(cause: RetryCause, documents: number): void;
}

export interface Delivery {
  /** All requests were answered whole, so that nothing can still read from the batch's buffer. */
  readonly clean: boolean;
  /** Documents that went to the dead letters. */
  readonly rejected: number;
}

interface Attempt {
  readonly retry: number[];
  readonly rejected: Rejected[];
  /** Of the last retry. */
  cause?: RetryCause;
  detail?: string;
}

/**
 * Delivers batches: returns when every document is in Elasticsearch or in the dead letters, and not before, however long that
 * takes. What is wrong with one document costs only that one; what is wrong with Elasticsearch costs only time.
 */
export class BulkSender {
  private readonly warnings = new RateLimit(10_000);
  /** Elasticsearch has once understood a request of ours, so that one it does not understand is the document's fault. */
  private wasUnderstood = false;

  constructor(
    private readonly request: BulkRequest,
    private readonly deadLetters: DeadLetterSink,
    private readonly backoff: BackoffOptions,
    private readonly observer: BulkObserver,
    private readonly log: Log,
  ) {}

  /**
   * @param progress called at each step, so that who watches can tell waiting from being stuck
   * @throws the signal's reason when it is aborted
   */
  async deliver(batch: Batch, signal: AbortSignal, progress: () => void): Promise<Delivery> {
    const backoff = new Backoff(this.backoff);
    let clean = true;
    let rejected = 0;
    let pending = Array.from({ length: batch.documents }, (_, index) => index);
    while (pending.length > 0) {
      signal.throwIfAborted();
      progress();
      const attempt = await this.attempt(batch, pending, progress);
      if (attempt.cause === "network" || attempt.cause === "timeout") clean = false;
      if (attempt.rejected.length > 0) await this.deadLetters.write(attempt.rejected, progress);
      rejected += attempt.rejected.length;
      if (attempt.retry.length < pending.length) backoff.reset();
      pending = attempt.retry;
      if (pending.length > 0) await this.wait(attempt, backoff, signal);
    }
    return { clean, rejected };
  }

  /** Sends each of the documents once, in as few requests as are taken. */
  private async attempt(batch: Batch, indices: readonly number[], progress: () => void): Promise<Attempt> {
    const attempt: Attempt = { retry: [], rejected: [] };
    const misunderstood: { index: number; detail: string }[] = [];
    const work: (readonly number[])[] = [indices];
    for (let part = work.shift(); part; part = work.shift()) {
      progress();
      const answer = await this.send(batch, part);
      if (Array.isArray(answer)) {
        this.wasUnderstood = true;
        answer.forEach((outcome, i) => settle(attempt, batch, part[i]!, outcome));
      } else if (answer.kind === "retry") {
        // Elasticsearch is not well: the other parts need not find out one by one.
        attempt.retry.push(...part, ...work.flat());
        note(attempt, answer.cause, answer.detail);
        break;
      } else if (answer.kind !== "delivered" && part.length > 1) {
        const middle = Math.ceil(part.length / 2);
        work.unshift(part.slice(0, middle), part.slice(middle));
      } else if (answer.kind === "rejected") {
        misunderstood.push({ index: part[0]!, detail: answer.detail });
      } else {
        settle(attempt, batch, part[0]!, answer);
      }
    }
    for (const { index, detail } of misunderstood) {
      if (this.wasUnderstood) settle(attempt, batch, index, { kind: "rejected", detail });
      else settle(attempt, batch, index, { kind: "retry", cause: "request-invalid", detail });
    }
    attempt.retry.sort((a, b) => a - b);
    return attempt;
  }

  /** One request: an outcome for each of its documents, or one for all of them. */
  private async send(batch: Batch, indices: readonly number[]): Promise<Outcome[] | Outcome> {
    const body = batch.body(indices);
    const start = performance.now();
    let answer: Answer;
    try {
      answer = await this.request(body);
    } catch (error) {
      const cause = (error as { readonly name?: unknown }).name === "TimeoutError" ? "timeout" : "network";
      return { kind: "retry", cause, detail: describeError(error) };
    }
    if (answer.status !== 200) return requestOutcome(answer.status, answer.body);
    const outcomes = readBulkResponse(answer.body, indices.length);
    if (!outcomes) {
      const detail = `not the answer to a bulk request of ${indices.length} documents: ${answer.body.slice(0, 200)}`;
      return { kind: "retry", cause: "response-invalid", detail };
    }
    this.observer.answered(indices.length, body.length, (performance.now() - start) / 1000);
    return outcomes;
  }

  private async wait(attempt: Attempt, backoff: Backoff, signal: AbortSignal): Promise<void> {
    const { cause = "response-invalid", detail, retry } = attempt;
    this.observer.retried(cause, retry.length);
    const waitMs = Math.round(backoff.next());
    this.warnings.allow(cause, (held) => {
      const level = cause === "unauthorized" || cause === "request-invalid" ? "error" : "warn";
      this.log[level]({ cause, detail, documents: retry.length, waitMs, held }, ADVICE[cause]);
    });
    await sleep(waitMs, signal);
  }
}

function settle(attempt: Attempt, batch: Batch, index: number, outcome: Outcome): void {
  switch (outcome.kind) {
    case "delivered":
      return;
    case "retry":
      attempt.retry.push(index);
      note(attempt, outcome.cause, outcome.detail);
      return;
    case "rejected":
      attempt.rejected.push({ source: batch.source(index), reason: "document-rejected", detail: outcome.detail });
      return;
    case "too-large":
      attempt.rejected.push({ source: batch.source(index), reason: "document-too-large", detail: outcome.detail });
      return;
  }
}

function note(attempt: Attempt, cause: RetryCause, detail: string): void {
  attempt.cause = cause;
  attempt.detail = detail;
}

const ADVICE: Readonly<Record<RetryCause, string>> = {
  network: "Elasticsearch cannot be reached; waiting for it",
  timeout: "Elasticsearch did not answer in time; waiting for it",
  "response-invalid": "Elasticsearch's answer is not whole; sending again",
  overloaded: "Elasticsearch is overloaded; sending again later",
  "server-error": "Elasticsearch failed; sending again",
  unauthorized: "Elasticsearch refuses this user: nothing is indexed until its password or its role is mended",
  blocked: "Elasticsearch blocks writes (a full disk?): nothing is indexed until the block is lifted",
  "stream-missing": "The data stream or its index template is missing: run `content apply`; waiting for it",
  "cluster-limit": "The cluster has reached a limit: nothing is indexed until it is raised",
  "request-invalid": "Elasticsearch does not understand the request: check its version and what is between; waiting",
};
