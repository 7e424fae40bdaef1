/**
 * JSON text in which every number that JavaScript cannot hold is a string.
 *
 * `JSON.parse` rounds a 64-bit integer, such as an order number, to the next one that fits in 53 bits, cuts a long decimal
 * off, and makes Infinity of `1e400` and 0 of `1e-400`, all without a word.
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
      if (isInexact(number)) {
        result += `${json.slice(copied, start)}"${number}"`;
        copied = at;
      }
    } else {
      at++;
    }
  }
  return result + json.slice(copied);
}

/** How sure a parsed number is to be the one of its text. Flags, so that those of a whole line can be put together. */
export const DOUBT = {
  none: 0,
  /** Zero, or nearly. */
  tiny: 1,
  /** Beyond the integers that a double holds. */
  huge: 2,
  /** A duration whose digits {@link hasLongNumber} did not compare. */
  duration: 4,
} as const;

/** Doubt of a number, where {@link hasLongNumber} has seen none in its line: only an exponent can have made it wrong. */
export function doubtOf(value: number): number {
  if (value <= Number.MAX_SAFE_INTEGER && value >= SMALLEST) return DOUBT.none;
  if (value >= -Number.MAX_SAFE_INTEGER && value <= -SMALLEST) return DOUBT.none;
  return value < 1 && value > -1 ? DOUBT.tiny : DOUBT.huge;
}

/** Whether doubts of a line's numbers are worth a second look at it. Zeros and durations are frequent, and seldom other numbers than their text. */
export function isDoubtful(doubts: number, json: string): boolean {
  if (doubts === DOUBT.none) return false;
  if ((doubts & DOUBT.huge) !== 0) return true;
  if ((doubts & DOUBT.tiny) !== 0 && /\d[eE]-\d{3}/.test(json)) return true;
  return (doubts & DOUBT.duration) !== 0 && /"duration_ms":-?[\d.]{16}/.test(json);
}

/** Doubt of a number that is kept as it is, under the name of a duration. */
export function doubtOfDuration(key: string): number {
  return key === DURATION ? DOUBT.duration : DOUBT.none;
}

/** Above the range in which doubles lose digits (2.2e-308). */
const SMALLEST = 1e-290;

/**
 * Whether a line may have a number with more digits than a double holds. Runs for each line, so it looks for runs of digits
 * from their ends, and leaps over the 16 characters in which none can end: most of a line is never looked at.
 */
export function hasLongNumber(json: string): boolean {
  for (let end = RUN - 1; end < json.length;) {
    const before = end - RUN;
    let at = end;
    while (at > before && isRunPart(json.charCodeAt(at))) at--;
    if (at > before) {
      end = at + RUN;
      continue;
    }
    const number = numberAround(json, before + 1, end);
    if (number === undefined || isInexact(number)) return true;
    // The number may go on behind the run, so that this looks at its end again, but at no other number too late.
    end += RUN;
  }
  return false;
}

/** The number that has a run of digits in it; empty where it does not matter, undefined where it is too long to be looked at. */
function numberAround(json: string, first: number, last: number): string | undefined {
  let start = first;
  while (first - start < LONGEST && isRunPart(json.charCodeAt(start - 1))) start--;
  // A string of digits, as ids often are.
  if (json.charCodeAt(start - 1) === QUOTE || json.startsWith(ROUNDED, start - ROUNDED.length)) return "";
  let end = last + 1;
  while (end - last < LONGEST && isNumberPart(json.charCodeAt(end))) end++;
  return first - start === LONGEST || end - last === LONGEST ? undefined : json.slice(start, end);
}

/** Whether a double is another number than its text. */
function isInexact(text: string): boolean {
  const value = Number(text);
  if (Number.isNaN(value)) return false;
  if (doubtOf(value) === DOUBT.huge) return true;
  const written = String(value);
  return written !== text && significant(written) !== significant(text);
}

/** Digits and exponent in one spelling: `1.10`, `11e-1` and `0.11E+1` are all `11e-1`. */
function significant(text: string): string {
  const [, whole = "", fraction = "", exponent = "0"] = /^-?(\d*)\.?(\d*)(?:[eE](.*))?$/.exec(text) ?? [];
  const all = whole + fraction;
  let end = all.length;
  while (end > 0 && all.charCodeAt(end - 1) === ZERO) end--;
  let start = 0;
  while (start < end && all.charCodeAt(start) === ZERO) start++;
  return start === end ? "0" : `${all.slice(start, end)}e${Number(exponent) - fraction.length + all.length - end}`;
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

/** A digit or a point. The slash between them counts too, which costs less than to leave it out. */
function isRunPart(code: number): boolean {
  return code <= NINE && code >= DOT;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Characters of the shortest number that a double may not hold: 15 digits and a point, or 16 digits. */
const RUN = 16;

/**
 * Durations are what most long decimals of real lines are (12.857142857142858 ms), and documents have them in whole nanoseconds:
 * to compare each with its text would cost a twentieth of all that an event does. One that is kept as it is, because it is in
 * an object or too great for the field, is a doubt.
 */
const DURATION = "duration_ms";
const ROUNDED = `"${DURATION}":`;

/** A number may go on for so many characters before and behind such a run; the line of a longer one is read exactly, unseen. */
const LONGEST = 48;

const [ZERO, NINE] = [48, 57] as const;
const [QUOTE, BACKSLASH, MINUS, PLUS, DOT, UPPER_E, LOWER_E] = [34, 92, 45, 43, 46, 69, 101] as const;
