import pino from "pino";

export type Log = pino.Logger;

/** @param toStandardError for commands whose standard output is data */
export function createLog(level: string, toStandardError = false): Log {
  return pino(
    {
      level,
      base: { service: "log-consumer" },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
    },
    pino.destination({ dest: toStandardError ? 2 : 1, sync: true }),
  );
}

/** What an error says, with what caused it, without the stack: nobody mends an outage with ours. */
export function describeError(error: unknown): string {
  const messages: string[] = [];
  for (let cause = error; cause instanceof Error && messages.length < 5; cause = cause.cause) {
    const nested = cause instanceof AggregateError ? cause.errors.map(describeError).slice(0, 3).join("; ") : "";
    // What a Kafka broker says beyond the name of the error.
    const said = (cause as { readonly serverErrorMessage?: unknown }).serverErrorMessage;
    const text = [cause.message || cause.name, said, nested].filter(Boolean).join(": ");
    if (!messages.includes(text)) messages.push(text);
  }
  // A client that tried often lists every attempt.
  return (messages.length > 0 ? messages.join(": ") : String(error)).slice(0, MAX_DESCRIPTION);
}

const MAX_DESCRIPTION = 600;

/** Lets one of a kind through each so often, and tells how many it held back. */
export class RateLimit {
  private readonly kinds = new Map<string, { next: number; held: number }>();

  constructor(
    private readonly everyMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Calls `write` with the number of those held back since the last one, if it is time. */
  allow(kind: string, write: (held: number) => void): void {
    const now = this.now();
    const known = this.kinds.get(kind);
    if (known && now < known.next) {
      known.held++;
      return;
    }
    this.kinds.set(kind, { next: now + this.everyMs, held: 0 });
    write(known?.held ?? 0);
  }
}
