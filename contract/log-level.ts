/** A level as documents hold it. */
export interface Level {
  readonly level: string;
  /** False where the spelling has more in it than its level: a colour, an offset, a number. Case and `warning` do not count. */
  readonly exact: boolean;
}

/**
 * The level that a logger's spelling stands for: `[ERROR]`, `err`, `E`, `50` and `ERROR+4` are all `error`. The consumer
 * writes documents with it and the tools read `--level` with it, so that each spelling of a log finds its lines.
 *
 * A word that is no known level is kept in lower case.
 */
export function readLevel(value: string | number): Level {
  const text = String(value).trim();
  const lower = text.toLowerCase() || String(value);
  if (lower.length > LONGEST) return { level: lower, exact: true };
  if (lower === "warning") return { level: "warn", exact: true };
  const bare = lower.replace(COLOUR, "").replace(FRAME, "$<inside>").trim();
  const level = SPELLINGS.get(bare) ?? ofNumber(bare) ?? ofSlog(bare) ?? (bare || lower);
  return { level, exact: level === lower };
}

/** No spelling of a level is longer, its colour included. */
const LONGEST = 64;

/** Control sequences of terminals (ECMA-48), such as `ESC [31m`. */
const COLOUR = new RegExp(String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`, "g");

/** What console encoders put around a level. */
const FRAME = /^[[(<{|]*(?<inside>.*?)[\])>}|:]*$/s;

/** Short forms are those of zerolog, logrus, klog, slog handlers and syslog. */
const SPELLINGS = new Map(
  Object.entries({
    trace: ["t", "trc", "trac", "verbose"],
    debug: ["d", "dbg", "debu"],
    info: ["i", "inf", "information", "informational"],
    warn: ["w", "wrn", "warning"],
    error: ["e", "err", "erro", "eror", "severe"],
    // Dashboards and alerts count fatal lines as errors; syslog's three worst levels must be among them.
    fatal: ["f", "ftl", "fata", "c", "crit", "critical", "alert", "emerg", "emergency"],
    panic: ["p", "pnc", "pani"],
  }).flatMap(([level, spellings]) => spellings.map((spelling) => [spelling, level] as const)),
);

/** pino and bunyan: https://github.com/pinojs/pino/blob/main/docs/api.md#level-string */
const NUMBERS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** A number between two levels is the lower one. Smaller numbers mean opposite things to syslog, zap and slog: they stay numbers. */
function ofNumber(text: string): string | undefined {
  return /^[1-6]\d$/.test(text) ? NUMBERS[Number(text[0]) - 1] : undefined;
}

/** slog's levels are four apart: https://pkg.go.dev/log/slog#Level. `trace` is none of them, but what services use below debug. */
const SLOG = ["trace", "debug", "info", "warn", "error"] as const;

/** `WARN+2` is at least warn, `INFO-2` at least debug, and whatever is below debug is trace. */
function ofSlog(text: string): string | undefined {
  const [, name = "", offset = ""] = /^([a-z]+)([+-]\d{1,9})$/.exec(text) ?? [];
  const base = SLOG.findIndex((level) => level === (SPELLINGS.get(name) ?? name));
  if (base < 0) return undefined;
  return SLOG[Math.min(Math.max(base + Math.floor(Number(offset) / 4), 0), SLOG.length - 1)];
}
