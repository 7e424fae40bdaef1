import { stripVTControlCharacters } from "node:util";

/** Many at once have one cause, which is mostly among the first. */
const TOLD = 4;

/** Lines that say where in cdktf's generated file it is, beside the construct that they name as well. */
const PLACE = /^\s*(on cdk\.tf\.json line \d+|\d+:)/;

/**
 * What Terraform complains of, out of all that cdktf prints: cdktf itself ends with a hint at a log that it does not keep.
 *
 * @returns the first errors without their frames, each once, and how many more there are; empty if there is none
 */
export function complaintsOf(output: string): readonly string[] {
  const complaints = new Map<string, string>();
  let lines: string[] | undefined;
  for (const line of stripVTControlCharacters(output).split(/\r?\n/)) {
    const framed = /^\s*│ ?(.*)$/.exec(line)?.[1];
    if (/^(\S+ +)?\s*╷\s*$/.test(line)) lines = [];
    else if (framed !== undefined) lines?.push(framed.trimEnd());
    else if (/^\s*╵\s*$/.test(line)) {
      const text = (lines ?? []).filter((one) => one && !PLACE.test(one)).join("\n");
      // cdktf prints it twice, the second time with paths of constructs in brackets.
      if (text.startsWith("Error: ")) complaints.set(text.replaceAll(/ \([^()]*\)(?=,$)/gm, ""), text);
      lines = undefined;
    }
  }
  const all = [...complaints.values()];
  return [...all.slice(0, TOLD), ...(all.length > TOLD ? [`and ${all.length - TOLD} more errors`] : [])];
}
