import Table from "cli-table3";
import type { DeadLetter } from "../../contract/dead-letter";
import { inert, inertText } from "../lib/inert";
import type { LetterSummary, RefusedSummary } from "./summary";

/** How many there are for each reason, and the newest of all. */
export function renderLetters(letters: LetterSummary): string {
  const sums = new Table({ head: ["reason", "letters", "services", "first", "last"], style: PLAIN });
  for (const [reason, sum] of [...letters.reasons].sort(([, a], [, b]) => b.letters - a.letters))
    sums.push([inert(reason), sum.letters, clip(sum.services.join(", "), 40), inert(sum.first), inert(sum.last)]);
  const newest = letters.sorted();
  const table = new Table({ head: ["given up", "place", "service", "reason", "what was said"], style: PLAIN });
  for (const { time, source, service, reason, detail, replayed } of newest) {
    const cells = [time, placeOf(source), service ?? "-", replayed === undefined ? reason : `${reason}, replayed`];
    table.push([...cells.map(inert), clip(detail, 80)]);
  }
  const title = newest.length < letters.total ? `The newest ${newest.length} of ${letters.total}:` : "All of them:";
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
export function renderRefused(refused: RefusedSummary): string {
  const table = new Table({ head: ["letters", "place of the first", "reason", "what was said"], style: PLAIN });
  for (const { letters, first } of refused.kinds())
    table.push([letters, inert(placeOf(first.source)), inert(first.reason), clip(first.detail, 100)]);
  if (refused.others() > 0) table.push([refused.others(), "", "", "(something else each)"]);
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

function placeOf({ partition, offset }: Pick<DeadLetter["source"], "partition" | "offset">): string {
  return `${partition}/${offset}`;
}

function timeOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function clip(text: string, most: number): string {
  const shown = inert(text.replace(/\s+/g, " "));
  return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown;
}

// Colours would end up in CI logs.
const PLAIN = { head: [], border: [], compact: true };
