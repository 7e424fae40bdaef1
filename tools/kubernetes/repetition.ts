import { stripVTControlCharacters } from "node:util";

const BEGIN = /(?<=[~+-] )metadata +(?== \{$)/;
const END = /(?<=^\s*)\} -> \(known after apply\)$/;

/**
 * A plan without what it says of a Helm release's `metadata`: all of the values that the release had, as if they were removed, in
 * hundreds of lines around the few under `values` that do change. The provider alone decides that attribute; Terraform cannot be
 * told to leave it out.
 */
export function withoutRepetition(plan: string): string {
  const lines = plan.split("\n");
  const plain = lines.map((line) => stripVTControlCharacters(line).trimEnd());
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const column = plain[index]?.search(BEGIN) ?? -1;
    const end = column < 0 ? -1 : plain.findIndex((line, at) => at > index && line.search(END) === column);
    if (end < 0) {
      kept.push(lines[index] ?? "");
      continue;
    }
    kept.push(`${lines[index]} # (${end - index - 1} lines of what it was are left out)`, lines[end] ?? "");
    index = end;
  }
  return kept.join("\n");
}
