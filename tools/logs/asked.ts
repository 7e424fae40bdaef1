import type { ExactField } from "../../constructs/content/query/fields";
import type { Filter } from "../../constructs/content/query/filter";
import type { TimeRange } from "../../constructs/content/query/panel-query";
import { readLevel } from "../../contract/log-level";
import { TRACE_ID_FORM, traceSpellings } from "../../contract/trace-id";
import { userErrorOf } from "../lib/user-error";
import { isCountable, whyNotCountable } from "./countable";
import { EARLIEST, LATEST, MOMENT_FORMS, parseMoment } from "./moment";

/** What was written on the command line. */
export interface LogsOptions {
  readonly service?: readonly string[];
  readonly level?: readonly string[];
  readonly trace?: string;
  readonly request?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly top?: string;
  readonly html?: string;
  readonly json: boolean;
}

/** What it asks. */
export interface Asked {
  readonly filter?: Filter;
  readonly range: TimeRange;
  readonly form: Form;
  /** Which lines, for people: "service orders, level error". */
  readonly which: string;
}

export type Form =
  | { readonly kind: "lines"; readonly limit: number; readonly json: boolean }
  /** All lines of a call chain, or of a request: the first ones first. */
  | { readonly kind: "chain"; readonly title: string; readonly limit: number; readonly json: boolean }
  | { readonly kind: "top"; readonly field: ExactField; readonly limit: number; readonly json: boolean }
  | { readonly kind: "page"; readonly file: string };

/**
 * Understands the options before anything is asked.
 *
 * @param now in ms since the epoch
 * @param problems what is wrong already
 * @throws UserError naming every mistake
 */
export function readAsked(options: LogsOptions, now: number, problems: readonly string[] = []): Asked {
  const found = [...problems];
  const { filter, which } = readFilter(options, found);
  const range = readRange(options, now, found);
  const form = readForm(options, found);
  if (found.length > 0 || !form) throw userErrorOf(found);
  return { ...(filter ? { filter } : {}), range, form, which };
}

function readFilter({ service, level, trace, request }: LogsOptions, problems: string[]) {
  const filters: Filter[] = [];
  const words: string[] = [];
  const add = (word: string, field: ExactField, values: readonly string[]) => {
    if (values.length === 0) return;
    filters.push({ field, is: values });
    words.push(`${word} ${values.join(" or ")}`);
  };
  add("service", "service.name", service ?? []);
  add("level", "log.level", [...new Set((level ?? []).map((one) => readLevel(one).level))]);
  const traces = trace === undefined ? [] : traceSpellings(trace);
  if (traces === undefined) problems.push(`--trace '${trace}' is no trace id: ${TRACE_ID_FORM}`);
  add("trace", "trace.id", traces ?? []);
  add("request", "http.request.id", request === undefined ? [] : [request]);
  const [first, ...others] = filters;
  const filter: Filter | undefined = others.length === 0 ? first : { all: filters };
  return { filter, which: words.join(", ") };
}

function readRange(options: LogsOptions, now: number, problems: string[]): TimeRange {
  const moment = (name: "since" | "until", missing: number) => {
    const text = options[name];
    if (text === undefined) return missing;
    const parsed = parseMoment(text, now);
    if (parsed === undefined) problems.push(`--${name} '${text}' is no time: write ${MOMENT_FORMS}`);
    return parsed;
  };
  // An id says which lines well enough; charts of all times would show nothing.
  const always = (options.trace ?? options.request) !== undefined && options.html === undefined;
  const to = moment("until", always ? LATEST : now);
  const from = moment("since", always ? EARLIEST : Math.max(EARLIEST, (to ?? now) - HOUR));
  if (from === undefined || to === undefined) return { from: EARLIEST, to: LATEST };
  if (from >= to) {
    problems.push(`--since (${iso(from)}) must be before --until (${iso(to)}): swap them`);
  }
  return { from, to };
}

function readForm({ top, html, trace, request, json, limit: text }: LogsOptions, problems: string[]): Form | undefined {
  const limit = readLimit(text, problems);
  if (html !== undefined) {
    const others = [top !== undefined && "--top", json && "--json", text !== undefined && "--limit"].filter(Boolean);
    if (others.length > 0)
      problems.push(`--html writes a page, which ${others.join(" and ")} cannot change: choose one`);
    if (html === "") problems.push("--html needs the name of a file, such as report.html");
    return { kind: "page", file: html };
  }
  if (top !== undefined) {
    if (isCountable(top)) return { kind: "top", field: top, limit: limit ?? TOP, json };
    problems.push(`--top ${whyNotCountable(top)}`);
    return undefined;
  }
  const title = [trace !== undefined && `Trace ${trace}`, request !== undefined && `Request ${request}`].filter(
    Boolean,
  );
  if (title.length > 0) return { kind: "chain", title: title.join(", "), limit: limit ?? MOST, json };
  return { kind: "lines", limit: limit ?? LINES, json };
}

function readLimit(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= MOST) return limit;
  problems.push(`--limit '${text}' must be a whole number from 1 to ${MOST}: Elasticsearch answers no more at once`);
  return undefined;
}

/** A range in words. */
export function rangeWords({ from, to }: TimeRange): string {
  if (from === EARLIEST && to === LATEST) return "at any time";
  return `from ${iso(from)} to ${iso(to)}`;
}

const iso = (moment: number) => new Date(moment).toISOString();

/** Lines of one answer, at most: https://www.elastic.co/docs/reference/elasticsearch/index-settings/index-modules: index.max_result_window */
export const MOST = 10_000;
export const LINES = 100;
export const TOP = 10;
const HOUR = 3_600_000;
