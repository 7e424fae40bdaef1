/**
 * A text from a log as it can be shown on one line of a terminal: what would move the cursor, change colours, begin another line
 * or turn the direction of writing is written out (`\u001b`), so that no text can hide or forge another.
 */
export function inert(text: string): string {
  return text.replace(UNSHOWN, (character) => SHORT[character] ?? escaped(character));
}

/**
 * The same for a text of several lines, such as what a server or a program says: it keeps its lines and tabs. Colours are left
 * out, or kept where a program of ours has painted it.
 */
export function inertText(text: string, colours: "dropped" | "kept" = "dropped"): string {
  return text
    .replaceAll("\r\n", "\n")
    .split(COLOUR)
    .map((part, index) => (index % 2 === 0 ? part.replace(UNSHOWN_IN_TEXT, escaped) : colours === "kept" ? part : ""))
    .join("");
}

/** A text of JSON as it can be shown on a terminal. It still means the same: all that is written out is within its strings. */
export function inertJson(json: string): string {
  return json.replace(UNSHOWN_IN_TEXT, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

// Control characters, what separates lines, and what embeds or overrides a direction (https://www.unicode.org/reports/tr9/).
const UNSHOWN = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const UNSHOWN_IN_TEXT = /(?![\n\t])[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
// eslint-disable-next-line no-control-regex
const COLOUR = /(\u001b\[[\d;]*m)/;
