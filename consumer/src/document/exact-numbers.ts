/**
 * JSON text in which every number that JavaScript cannot hold exactly is a string.
 *
 * `JSON.parse` rounds a 64-bit integer, such as an order number, to the next one that fits in 53 bits, and makes Infinity
 * of `1e400`; both without a word. Only called for lines in which such a number was seen, so that others pay nothing.
 */
export function quoteInexactNumbers(json: string): string {
  let result = "";
  let copied = 0;
  for (let at = 0; at < json.length;) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = afterString(json, at);
    } else if (code === MINUS || isDigit(code)) {
      const start = at;
      while (at < json.length && isNumberPart(json.charCodeAt(at))) at++;
      const number = json.slice(start, at);
      if (isInexact(Number(number))) {
        result += `${json.slice(copied, start)}"${number}"`;
        copied = at;
      }
    } else {
      at++;
    }
  }
  return result + json.slice(copied);
}

/** Whether a parsed number may differ from the one in the text. */
export function isInexact(value: number): boolean {
  return !(value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER);
}

function afterString(json: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = json.indexOf('"', at);
    if (at < 0) return json.length;
    let backslashes = 0;
    while (json.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
}

function isNumberPart(code: number): boolean {
  return isDigit(code) || code === MINUS || code === PLUS || code === DOT || code === UPPER_E || code === LOWER_E;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

const [QUOTE, BACKSLASH, MINUS, PLUS, DOT, UPPER_E, LOWER_E] = [34, 92, 45, 43, 46, 69, 101] as const;
