/**
 * A text from a log as it can be shown on a terminal: what would move the cursor, change colours, begin another line or turn
 * the direction of writing is written out (`\u001b`), so that no line can hide or forge another.
 */
export function inert(text: string): string {
  return text.replace(UNSHOWN, (character) => {
    const short = SHORT[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

// Control characters, what separates lines, and what embeds or overrides a direction (https://www.unicode.org/reports/tr9/).
const UNSHOWN = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
