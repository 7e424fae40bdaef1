/**
 * Timestamps as services write them, to what `date_nanos` takes: RFC 3339 with up to nine digits of a second, from 1970
 * to 2262. Nanoseconds stay text; a JavaScript number or Date would lose them.
 */

/** The last second that fits in 63 bits of nanoseconds, and the last nanosecond in it. */
const LAST_SECOND = 9_223_372_036;
const LAST_NANOSECOND = 854_775_807;

export interface Timestamp {
  /** RFC 3339, as Elasticsearch takes it. */
  readonly text: string;
  /** Since 1970; what is below a millisecond is cut off. */
  readonly milliseconds: number;
}

/** Time of a log line in any form of docs/lines.md; undefined if it has none of them, names no zone or is out of range. */
export function parseTimestamp(value: unknown): Timestamp | undefined {
  if (typeof value === "string") return fromRfc3339(value) ?? fromEpochDigits(value) ?? fromGoLayout(value);
  // A greater number has lost its last digits: the parser keeps such a one as text (exact-numbers.ts).
  return typeof value === "number" && value <= Number.MAX_SAFE_INTEGER ? fromEpochDigits(String(value)) : undefined;
}

/** Also takes what Go's encoders make of RFC 3339: `+0200`, a comma, a space; these are rewritten, anything else is returned as it came. */
export function fromRfc3339(text: string): Timestamp | undefined {
  if (text.length < 20 || text.length > 64) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  // NaN fails every comparison, so these say "is a number and in range".
  if (!(year >= 1969 && year <= 2262 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)))
    return undefined;
  // No leap seconds: Elasticsearch refuses them.
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return undefined;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return undefined;
  const separator = text.charCodeAt(10);
  if (separator !== UPPER_T && separator !== LOWER_T && separator !== SPACE) return undefined;

  let end = 19;
  const point = text.charCodeAt(19);
  if (point === DOT || point === COMMA) {
    end = 20;
    while (isDigit(text.charCodeAt(end))) end++;
    if (end === 20) return undefined;
  }
  const zone = zoneMinutes(text, end);
  if (zone === undefined) return undefined;

  const epoch = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - zone * 60;
  if (epoch < 0 || epoch > LAST_SECOND) return undefined;
  if (epoch === LAST_SECOND && Number(text.slice(20, end).padEnd(9, "0").slice(0, 9)) > LAST_NANOSECOND)
    return undefined;

  const milliseconds = epoch * 1000 + fractionMilliseconds(text, 20, end);
  const canonicalZone = text.charCodeAt(end) === UPPER_Z || text.length === end + 6;
  if (separator === UPPER_T && point !== COMMA && end <= 29 && canonicalZone) return { text, milliseconds };
  const fraction = end > 19 ? `.${text.slice(20, Math.min(end, 29))}` : "";
  return { text: `${text.slice(0, 10)}T${text.slice(11, 19)}${fraction}${formatZone(zone)}`, milliseconds };
}

/** Undefined if it is out of range. */
export function fromMilliseconds(milliseconds: number): Timestamp | undefined {
  if (!(milliseconds >= 0 && milliseconds < LAST_SECOND * 1000)) return undefined;
  return { text: new Date(milliseconds).toISOString(), milliseconds };
}

/** Of the digits after a second's point. */
function fractionMilliseconds(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < start + 3; at++) value = value * 10 + (at < end ? text.charCodeAt(at) - ZERO : 0);
  return value;
}

/** Minutes east of Greenwich: `Z`, `+02:00`, `+0200` or `+02`, to the end of the text. */
function zoneMinutes(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at);
  const length = text.length - at;
  if (sign === UPPER_Z || sign === LOWER_Z) return length === 1 ? 0 : undefined;
  if ((sign !== PLUS && sign !== DASH) || (length !== 3 && length !== 5 && length !== 6)) return undefined;
  if (length === 6 && text.charCodeAt(at + 3) !== COLON) return undefined;
  const hours = digits(text, at + 1, 2);
  const minutes = length === 3 ? 0 : digits(text, text.length - 2, 2);
  // Java knows no zone beyond 18 hours.
  if (!(hours <= 17 && minutes <= 59)) return undefined;
  return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes);
}

function formatZone(minutes: number): string {
  if (minutes === 0) return "Z";
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(absolute / 60), 2)}:${pad(absolute % 60, 2)}`;
}

/**
 * Seconds, milliseconds, microseconds or nanoseconds since 1970 in decimal digits. The unit is the one in which the number
 * is a time of a log line; no number is one in two units. Digits stay text, as a double holds no nanoseconds of today.
 */
function fromEpochDigits(text: string): Timestamp | undefined {
  if (text.length > LONGEST_EPOCH) return undefined;
  let whole = 0;
  while (isDigit(text.charCodeAt(whole))) whole++;
  let end = whole;
  if (text.charCodeAt(whole) === DOT) {
    end++;
    while (isDigit(text.charCodeAt(end))) end++;
  }
  if (whole === 0 || end !== text.length) return undefined;
  for (const decimals of EPOCH_DECIMALS) {
    const seconds = Number(text.slice(0, Math.max(0, whole - decimals)));
    if (seconds < EARLIEST_EPOCH || seconds >= LATEST_EPOCH) continue;
    const fraction = text.slice(whole - decimals, whole) + text.slice(whole + 1);
    return fromSeconds(seconds, fraction.slice(0, 9).padEnd(6, "0"));
  }
  return undefined;
}

/** From 2000 to 2100, in seconds: a smaller or greater number in a field named `time` or `ts` is a count or a duration. */
const EARLIEST_EPOCH = Date.UTC(2000, 0) / 1000;
const LATEST_EPOCH = Date.UTC(2100, 0) / 1000;

/** Digits of the whole number that are fractions of a second, by unit. */
const EPOCH_DECIMALS = [0, 3, 6, 9] as const;

/** A double's text has at most 17 digits; longer fractions than this are no clock's. */
const LONGEST_EPOCH = 40;

/** Layouts of Go's package `time` that name their zone, beside RFC 3339: https://pkg.go.dev/time#pkg-constants */
function fromGoLayout(text: string): Timestamp | undefined {
  if (text.length > LONGEST_LAYOUT) return undefined;
  for (const layout of LAYOUTS) {
    const parts = layout.exec(text)?.groups;
    if (parts !== undefined) return fromParts(parts);
  }
  return undefined;
}

const LONGEST_LAYOUT = 80;

const LAYOUTS = (() => {
  const clock = String.raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?`;
  // Other abbreviations name several zones (CST: Chicago, Shanghai, Havana), so they count only behind an offset.
  const zone = String.raw`(?<zone>[+-]\d{2}:?\d{2}|UTC|GMT|Z)`;
  const weekday = "(?:[A-Z][a-z]{2,8},? )?";
  const month = "(?<month>[A-Z][a-z]{2})";
  return [
    // time.Time.String(), with the reading of the monotonic clock: 2006-01-02 15:04:05.999 -0700 MST m=+0.001
    String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2}) ${clock} ${zone}(?: [A-Z]{1,5}| [+-]\d{2,4})?(?: m=[+-]\d+\.\d+)?`,
    // RFC 822, 850 and 1123: Monday, 02-Jan-06 15:04:05 MST
    String.raw`${weekday}(?<day>\d{1,2})[ -]${month}[ -](?<year>\d{4}|\d{2}) ${clock} ${zone}(?: \([A-Z]{1,5}\))?`,
    // UnixDate and RubyDate: Mon Jan _2 15:04:05 MST 2006
    String.raw`${weekday}${month} {1,2}(?<day>\d{1,2}) ${clock} ${zone} (?<year>\d{4})`,
  ].map((layout) => new RegExp(`^${layout}$`));
})();

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function fromParts(parts: Readonly<Record<string, string | undefined>>): Timestamp | undefined {
  const { year = "", month = "", day = "", hour = "", minute = "", second = "00", fraction = "", zone = "" } = parts;
  // Go reads two digits as 1969 to 2068.
  const fullYear = year.length === 4 ? year : `${Number(year) >= 69 ? "19" : "20"}${year}`;
  const number = MONTHS.includes(month) ? pad(MONTHS.indexOf(month) + 1, 2) : month;
  const offset = /^\D*$/.test(zone) ? "Z" : zone;
  const local = fromRfc3339(`${fullYear}-${number}-${day.padStart(2, "0")}T${hour}:${minute}:${second}${offset}`);
  return local && fromSeconds(local.milliseconds / 1000, fraction.slice(0, 9).padEnd(3, "0"));
}

function fromSeconds(seconds: number, fraction: string): Timestamp | undefined {
  if (seconds > LAST_SECOND || (seconds === LAST_SECOND && Number(fraction.padEnd(9, "0")) > LAST_NANOSECOND))
    return undefined;
  return {
    text: `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`,
    milliseconds: seconds * 1000 + fractionMilliseconds(fraction, 0, fraction.length),
  };
}

function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return NaN;
    value = value * 10 + code - ZERO;
  }
  return value;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

const [ZERO, DASH, COLON, DOT, COMMA, PLUS, SPACE] = [48, 45, 58, 46, 44, 43, 32] as const;
const [UPPER_T, LOWER_T, UPPER_Z, LOWER_Z] = [84, 116, 90, 122] as const;
