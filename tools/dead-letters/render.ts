import Table from "cli-table3";
import type { DeadLetter, StillRefused } from "../../contract/dead-letter";
import { inert, inertText } from "../lib/inert";

/** How many there are for each reason, and the newest of all. */
export function renderLetters(letters: readonly DeadLetter[], newest: number): string {
  const sums = new Table({ head: ["reason", "letters", "services", "first", "last"], style: PLAIN });
  for (const [reason, ones] of groupedBy(letters, ({ reason }) => reason)) {
    const times = ones.map(({ time }) => time).sort();
    const services = [...new Set(ones.map(({ service }) => service ?? "-"))].sort();
    sums.push([
      inert(reason),
      ones.length,
      clip(services.join(", "), 40),
      inert(times[0] ?? ""),
      inert(times.at(-1) ?? ""),
    ]);
  }
  const shown = letters.toSorted((a, b) => compare(b.time, a.time)).slice(0, newest);
  const table = new Table({ head: ["given up", "place", "service", "reason", "what was said"], style: PLAIN });
  for (const letter of shown) {
    const { time, service, reason, detail, replayed } = letter;
    const shown = [
      time,
      placeOf(letter.source),
      service ?? "-",
      replayed === undefined ? reason : `${reason}, replayed`,
    ];
    table.push([...shown.map(inert), clip(detail, 80)]);
  }
  const title = shown.length < letters.length ? `The newest ${shown.length} of ${letters.length}:` : "All of them:";
  return [sums.toString(), "", title, table.toString()].join("\n");
}

/** All that is known of one, and its message as far as that can be read. */
export function renderLetter(letter: DeadLetter): string {
  const { source, line, value } = letter;
  const rows: (readonly [string, string | undefined])[] = [
    ["reason", letter.reason],
    ["what was said", letter.detail],
    ["given up", letter.time],
    ["replayed", letter.replayed ?? "no"],
    ["message", `topic ${source.topic}, partition ${source.partition}, offset ${source.offset}`],
    ["sent", source.timestamp === undefined ? undefined : timeOf(source.timestamp)],
    ["service", letter.service],
    ["line", line && `${line.file} of ${line.host}, at byte ${line.offset}`],
  ];
  const known = rows.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(14)} ${inert(text)}`]));
  return [...known, "", ...messageOf(value ?? "")].join("\n");
}

/** What a replay did not mend, by what was said of it. */
export function renderRefused(refused: readonly StillRefused[]): string {
  const table = new Table({ head: ["letters", "place of the first", "reason", "what was said"], style: PLAIN });
  for (const [, ones] of groupedBy(refused, ({ reason, detail }) => `${reason} ${withoutNumbers(detail)}`)) {
    const [first] = ones;
    if (first) table.push([ones.length, inert(placeOf(first.source)), inert(first.reason), clip(first.detail, 100)]);
  }
  return table.toString();
}

function messageOf(value: string): string[] {
  const envelope = parsed(value);
  const line = (envelope as { readonly message?: unknown } | undefined)?.message;
  if (typeof line !== "string") return ["The message:", readable(value, envelope)];
  return ["Its line:", readable(line, parsed(line)), "", "The message:", readable(value, envelope)];
}

function readable(text: string, json: unknown): string {
  const indented = typeof json === "object" && json !== null ? JSON.stringify(json, undefined, 2) : text;
  return inertText(indented);
}

/** Undefined if it is no JSON, or has a number that would be printed as another one. */
function parsed(text: string): unknown {
  if (INEXACT_NUMBER.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Of sixteen digits and more, or with an exponent of three; also finds a few that are exact, which are shown as they came. */
const INEXACT_NUMBER = /[:[,\s]-?(?:[\d.]{16,}|[\d.]+[eE][-+]?\d{3})/;

/** Two lines may be refused for one reason at different places of theirs. */
function withoutNumbers(detail: string): string {
  return detail.replace(/\d+/g, "#").slice(0, 80);
}

function placeOf({ partition, offset }: Pick<DeadLetter["source"], "partition" | "offset">): string {
  return `${partition}/${offset}`;
}

function timeOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function groupedBy<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}

function clip(text: string, most: number): string {
  const shown = inert(text.replace(/\s+/g, " "));
  return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Colours would end up in CI logs.
const PLAIN = { head: [], border: [], compact: true };
