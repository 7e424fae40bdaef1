import { stripVTControlCharacters } from "node:util";
import { inert } from "./inert";

/** One line of progress: rewritten in place in a terminal, now and then a line in a log. On standard error. */
export function progressLine(title: string): { readonly say: (text: string) => void; readonly end: () => void } {
  const started = Date.now();
  let last = 0;
  console.error(`${title} ...`);
  return {
    say: (line) => {
      const text = inert(stripVTControlCharacters(line));
      const interval = process.stderr.isTTY ? 100 : 10_000;
      if (Date.now() - last < interval) return;
      last = Date.now();
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K  ${text}`);
      else if (Date.now() - started > interval) console.error(`  ${text}`);
    },
    end: () => {
      if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
      console.error(`  took ${((Date.now() - started) / 1000).toFixed(1)} s`);
    },
  };
}
