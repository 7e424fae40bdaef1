import { setTimeout as pause } from "node:timers/promises";
import type { Say } from "../lib/steps";
import { mangledFields } from "./content";
import { account, type Account, lineKey, type LinePosition, positionKey } from "./ledger";
import type { FoundContent, FoundLine } from "./elasticsearch";
import { percentiles, type Percentiles } from "./percentiles";
import type { PipelineAccess } from "./pipeline-access";
import { Traffic } from "./traffic";
import { linesWithoutTrace, type LogFile, type RequestLine, requestLine, unfinishedTraces } from "./written-lines";

export interface RunOptions {
  /** How long to wait for lines that are still under way, in milliseconds. */
  readonly patienceMs: number;
  /**
   * How long nothing may arrive any more before lines are counted, in milliseconds: what is sent once more comes late.
   * @default 0: what is there at a second look counts
   */
  readonly quietMs?: number;
  readonly say: Say;
}

export interface RunResult {
  readonly account: Account;
  /** From a line's timestamp until a search found it. Ages found by polling: a little too high, never too low. */
  readonly latencyMs: Percentiles;
  readonly lines: readonly FoundLine[];
  /** Lines of the run's requests that have not its trace. */
  readonly withoutTrace: readonly LinePosition[];
  /** Documents that say something else than their line. */
  readonly mangled: readonly MangledLine[];
}

export interface MangledLine extends LinePosition {
  readonly fields: readonly string[];
}

/** Traffic of our own, followed from the services' files into Elasticsearch. */
export class VerificationRun {
  readonly traffic: Traffic;
  private readonly startedAt = new Date();
  private readonly found = new Map<string, FoundLine>();
  private readonly latencies: number[] = [];
  private readonly foundKeys = new Set<string>();
  private newest = 0;
  private polls = 0;
  private watching: Promise<void> | undefined;
  private stopped = false;

  private constructor(
    private readonly access: PipelineAccess,
    private readonly before: readonly LogFile[],
    private readonly options: RunOptions,
  ) {
    this.traffic = new Traffic(access.gatewayUrl);
  }

  static async begin(access: PipelineAccess, options: RunOptions): Promise<VerificationRun> {
    return new VerificationRun(access, await access.logFiles(), options);
  }

  /** Looks for new documents from now on, so that latencies can be told. */
  watch(): void {
    this.watching ??= (async () => {
      while (!this.stopped) {
        await this.poll().catch(() => undefined); // Elasticsearch may be away on purpose.
        await pause(POLL_MS);
      }
    })();
  }

  /** Waits until every written line is accounted for, or patience ends; then says what became of each. */
  async settle(): Promise<RunResult> {
    this.watch();
    try {
      const deadline = Date.now() + this.options.patienceMs;
      const { written, withoutTrace } = await this.writtenLines(deadline);
      const missing = () => written.filter((line) => !this.foundKeys.has(lineKey(line)));
      for (let left = missing().length; left > 0 && Date.now() < deadline; left = missing().length) {
        this.options.say(`${written.length - left} of ${written.length} lines searchable`);
        // What is dead-lettered never becomes searchable: once nothing else is missing, waiting is over.
        if ((await this.unaccounted(missing())).length === 0) break;
        await pause(POLL_MS);
      }
      this.stopped = true;
      await this.watching;
      await this.untilQuiet();
      const lines = await this.access.search.traces(this.traffic.prefix);
      const deadLetters = await this.deadLetterPositions();
      return {
        account: account(written, lines, deadLetters),
        latencyMs: percentiles(this.latencies),
        lines,
        withoutTrace,
        mangled: mangledLines(written, lines),
      };
    } finally {
      this.stopped = true;
      await this.watching;
      await this.traffic.close();
    }
  }

  /** A second document of a line, which makes it a doubled one, comes later than the first. */
  private async untilQuiet(): Promise<void> {
    const { quietMs = 0, patienceMs, say } = this.options;
    const deadline = Date.now() + quietMs + patienceMs;
    const count = async () => (await this.access.search.arrivals(this.traffic.prefix, 0)).length;
    let [found, since] = [await count(), Date.now()];
    while (Date.now() - since < quietMs && Date.now() < deadline) {
      say(`${found} lines are there: waiting for more of them`);
      await pause(Math.min(POLL_MS, quietMs / 5));
      const now = await count();
      if (now !== found) [found, since] = [now, Date.now()];
    }
  }

  private async poll(): Promise<void> {
    // Mostly only what is new; now and then everything, because a retried request makes old documents appear late.
    const since = this.polls++ % FULL_POLL_EVERY === 0 ? 0 : this.newest - LATE_MS;
    const lines = await this.access.search.arrivals(this.traffic.prefix, Math.max(0, since));
    const now = Date.now();
    for (const line of lines) {
      if (this.found.has(line.id)) continue;
      this.newest = Math.max(this.newest, line.ingested);
      this.found.set(line.id, line);
      this.foundKeys.add(lineKey(line));
      this.latencies.push(now - Date.parse(line.timestamp));
    }
  }

  /** The lines of this run's requests in the services' files, once each service has ended its part in each request. */
  private async writtenLines(
    deadline: number,
  ): Promise<{ readonly written: RequestLine[]; readonly withoutTrace: LinePosition[] }> {
    const answered = this.traffic.sent.filter((request) => request.status > 0).map((request) => request.traceId);
    for (;;) {
      const { prefix } = this.traffic;
      const all = await this.access.linesSince(this.before);
      const written = all.flatMap((line) => requestLine(line, prefix) ?? []);
      const unfinished = unfinishedTraces(written, answered);
      if (unfinished.length === 0) return { written, withoutTrace: linesWithoutTrace(all, prefix) };
      if (Date.now() > deadline) {
        throw new Error(
          `the services' files miss the end of ${unfinished.length} requests, the first is trace ${unfinished[0]}`,
        );
      }
      await pause(POLL_MS);
    }
  }

  private async unaccounted(missing: readonly RequestLine[]): Promise<readonly RequestLine[]> {
    if (missing.length === 0 || missing.length > MOST_DEAD_LETTERS_WORTH_ASKING) return missing;
    const dead = new Set((await this.deadLetterPositions()).map(positionKey));
    return missing.filter((line) => !dead.has(positionKey(line)));
  }

  private async deadLetterPositions() {
    return (await this.access.deadLettersSince(this.startedAt)).flatMap((letter) => letter.line ?? []);
  }
}

function mangledLines(written: readonly RequestLine[], found: readonly FoundContent[]): MangledLine[] {
  const byKey = new Map(written.map((line) => [lineKey(line), line]));
  return found.flatMap((document) => {
    const line = byKey.get(lineKey(document));
    const fields = line ? mangledFields(line, document) : [];
    const { host, file, offset } = document;
    return fields.length > 0 ? [{ host, file, offset, fields }] : [];
  });
}

const POLL_MS = 500;
/** Bulk requests overlap: a document may become searchable after one that was sent later. */
const LATE_MS = 3000;
const FULL_POLL_EVERY = 20;
/** Reading the dead letters starts a program; not worth it while most lines are simply under way. */
const MOST_DEAD_LETTERS_WORTH_ASKING = 100;
