import Table from "cli-table3";
import { inert } from "../lib/inert";
import { type LogLine, nanoseconds, text } from "./line";
import { formatValue } from "./format";
import { levelStyle, type Paint } from "./paint";
import { details } from "./render-lines";

/** A line of a chain. */
export interface ChainLink {
  readonly line: LogLine;
  /** After the first line, in nanoseconds. */
  readonly offset: number;
}

/** The lines in the order in which they were written. Those of one moment keep the order of their file. */
export function chainOf(lines: readonly LogLine[]): readonly ChainLink[] {
  const sorted = lines
    .map((line) => ({
      line,
      at: nanoseconds(line),
      file: text(line, "log.file.path"),
      byte: Number(text(line, "log.offset")),
    }))
    .sort((a, b) => compare(a.at, b.at) || compare(a.file, b.file) || compare(a.byte, b.byte));
  const first = sorted[0]?.at ?? 0n;
  return sorted.map(({ line, at }) => ({ line, offset: Number(at - first) }));
}

/** For people: who took part, then a table. */
export function renderChain(title: string, chain: readonly ChainLink[], paint: Paint): string {
  const services = [...new Set(chain.map(({ line }) => inert(text(line, "service.name")) || "(no service)"))];
  const table = new Table({
    head: ["after", "service", "level", "message", "more"],
    colAligns: ["right", "left", "left", "left", "left"],
    style: { head: [], border: [], compact: true },
  });
  for (const { line, offset } of chain) {
    const level = inert(text(line, "log.level"));
    table.push([
      `+${(offset / 1e6).toFixed(3)} ms`,
      paint("cyan", inert(text(line, "service.name"))),
      paint(levelStyle(level), level),
      clip(inert(text(line, "message"))),
      clip(
        details(line)
          .filter(([name]) => !SAME_IN_ALL.includes(name))
          .map(([name, value]) => `${name}=${value}`)
          .join(" "),
      ),
    ]);
  }
  const took = formatValue(chain.at(-1)?.offset, "nanoseconds");
  const began = inert(text(chain[0]?.line ?? {}, "@timestamp"));
  return [
    `${inert(title)}: ${chain.length} ${chain.length === 1 ? "line" : "lines"} of ${services.join(", ")} in ${took}, from ${began} on`,
    table.toString(),
  ].join("\n");
}

/** The traces that the lines belong to. */
export function tracesOf(chain: readonly ChainLink[]): readonly string[] {
  return [...new Set(chain.map(({ line }) => text(line, "trace.id")).filter(Boolean))];
}

/** What all lines of a chain have in common, or nobody looks for in it. */
const SAME_IN_ALL: readonly string[] = ["trace.id", "http.request.id", "client.ip"];

function clip(long: string): string {
  return long.length > WIDEST ? `${long.slice(0, WIDEST - 1)}…` : long;
}

const WIDEST = 100;

function compare<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
