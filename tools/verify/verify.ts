import { setTimeout as pause } from "node:timers/promises";
import { TRACE_ID_FORM, traceSpellings } from "../../contract/trace-id";
import type { Say } from "../lib/steps";
import { UserError } from "../lib/user-error";
import type { PipelineAccess } from "./pipeline-access";
import { VerificationRun } from "./run";
import { chainOf, inOrder, jaegerServices } from "./trace";
import type { FoundLine } from "./elasticsearch";
import type { Percentiles } from "./percentiles";
import type { SentRequest } from "./traffic";

export interface VerifyOptions {
  readonly requests: number;
  /** Requests a second. */
  readonly rate: number;
  readonly patienceMs: number;
  /** As of a run. */
  readonly quietMs?: number;
  readonly say: Say;
}

/** What `verify --json` prints. */
export interface VerifyReport {
  readonly written: number;
  readonly indexed: number;
  readonly deadLettered: number;
  readonly lost: number;
  readonly doubled: number;
  /** Lines of the run's requests that have not its trace. */
  readonly withoutTrace: number;
  /** Documents that say something else than their line. */
  readonly mangled: number;
  readonly latencyMs: Percentiles;
  readonly trace: { readonly id: string; readonly services: readonly string[] };
}

export interface VerifyResult {
  readonly report: VerifyReport;
  readonly chain: readonly FoundLine[];
  readonly jaeger: readonly string[];
  readonly requests: readonly SentRequest[];
  /** Why the check failed; empty if it passed. */
  readonly problems: readonly string[];
}

/** The services of a whole call chain, in the order of the calls. */
export const WHOLE_CHAIN = ["gateway", "orders", "payments"] as const;

/** Sends requests through the gateway and follows every line that they cause. */
export async function verify(access: PipelineAccess, options: VerifyOptions): Promise<VerifyResult> {
  const run = await VerificationRun.begin(access, options);
  run.watch();
  await run.traffic.send(options.requests, options.rate, (done) =>
    options.say(`${done} of ${options.requests} requests answered`),
  );
  const { account, latencyMs, lines, withoutTrace, mangled } = await run.settle();

  const succeeded = run.traffic.sent.find((request) => request.status >= 200 && request.status < 300);
  const chain = inOrder(lines.filter((line) => line.traceId === succeeded?.traceId));
  const services = chainOf(chain);
  const jaeger = succeeded ? await awaitJaeger(access, succeeded.traceId, options.patienceMs) : [];
  const unanswered = run.traffic.sent.filter((request) => request.status === 0).length;

  const problems: string[] = [];
  const first = (positions: readonly { file: string; offset: number }[]) =>
    `the first at ${positions[0]?.file}:${positions[0]?.offset}`;
  if (unanswered > 0) problems.push(`${unanswered} requests got no answer from the gateway`);
  if (account.written === 0) problems.push("the services wrote no line");
  if (account.lost.length > 0) problems.push(`${account.lost.length} lines are lost, ${first(account.lost)}`);
  if (account.doubled.length > 0)
    problems.push(`${account.doubled.length} lines are doubled, ${first(account.doubled)}`);
  if (withoutTrace.length > 0)
    problems.push(`${withoutTrace.length} lines of these requests have not their trace id, ${first(withoutTrace)}`);
  if (mangled.length > 0) {
    const fields = [...new Set(mangled.flatMap((line) => line.fields))].sort();
    problems.push(
      `${mangled.length} documents do not say what their lines say, in ${fields.join(", ")}, ${first(mangled)}`,
    );
  }
  problems.push(...(await access.unready()));
  if (!succeeded) problems.push("no request succeeded, so there is no whole call chain to look at");
  else {
    if (!same(services, WHOLE_CHAIN))
      problems.push(`trace ${succeeded.traceId} joins ${list(services)}, not ${list(WHOLE_CHAIN)}`);
    if (!same(jaeger, [...WHOLE_CHAIN].sort()))
      problems.push(`Jaeger holds ${list(jaeger)} of trace ${succeeded.traceId}`);
  }
  return {
    report: {
      written: account.written,
      indexed: account.indexed,
      deadLettered: account.deadLettered,
      lost: account.lost.length,
      doubled: account.doubled.length,
      withoutTrace: withoutTrace.length,
      mangled: mangled.length,
      latencyMs,
      trace: { id: succeeded?.traceId ?? "", services },
    },
    chain,
    jaeger,
    requests: run.traffic.sent,
    problems,
  };
}

/** All lines of one trace across services, in order. */
export async function traceLines(access: PipelineAccess, traceId: string): Promise<FoundLine[]> {
  const ids = traceSpellings(traceId);
  if (ids === undefined) throw new UserError(`'${traceId}' is no trace id: ${TRACE_ID_FORM}`);
  const found = await Promise.all(ids.map((id) => access.search.trace(id)));
  const lines = inOrder(found.flat());
  if (lines.length === 0)
    throw new UserError(`no line has trace id ${traceId}: it may not be indexed yet, or be deleted`);
  return lines;
}

/** Services send spans in batches, some seconds late. */
async function awaitJaeger(access: PipelineAccess, traceId: string, patienceMs: number): Promise<string[]> {
  const deadline = Date.now() + Math.min(patienceMs, 30_000);
  for (;;) {
    const services = await jaegerServices(access.jaegerUrl, traceId).catch(() => []);
    if (services.length >= WHOLE_CHAIN.length || Date.now() > deadline) return services;
    await pause(500);
  }
}

const same = (a: readonly string[], b: readonly string[]) => list(a) === list(b);
const list = (items: readonly string[]) => items.join(", ") || "nothing";
