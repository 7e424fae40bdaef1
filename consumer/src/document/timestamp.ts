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

/** What a service logged as its time: RFC 3339 or an epoch; undefined if it is neither or out of range. */
export function parseTimestamp(value: unknown): Timestamp | undefined {
  if (typeof value === "string") return fromRfc3339(value) ?? fromEpochDigits(value);
  return typeof value === "number" ? fromEpoch(value) : undefined;
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

/** Seconds, milliseconds or microseconds since 1970, told apart by their size: each reads as 1973 to 2262 in its own unit only. */
function fromEpoch(value: number): Timestamp | undefined {
  if (!(value >= 0)) return undefined;
  if (value < 1e11) return fromMicroseconds(Math.round(value * 1e6));
  if (value < 1e14) return fromMicroseconds(Math.round(value * 1e3));
  // Beyond this a number has lost its last digits: the parser keeps such a number as text, see exact-numbers.ts.
  return value < 1e17 ? fromMicroseconds(Math.round(value)) : undefined;
}

function fromMicroseconds(value: number): Timestamp | undefined {
  const seconds = Math.floor(value / 1e6);
  return fromSeconds(seconds, pad(value - seconds * 1e6, 6));
}

/** An epoch in digits: nanoseconds if it is that long, else as {@link fromEpoch}. */
function fromEpochDigits(text: string): Timestamp | undefined {
  if (text.length > 24 || !isDigit(text.charCodeAt(0))) return undefined;
  let whole = 0;
  while (isDigit(text.charCodeAt(whole))) whole++;
  if (whole === text.length && whole >= 18 && whole <= 19)
    return fromSeconds(Number(text.slice(0, -9)), text.slice(-9));
  return whole < text.length && text.charCodeAt(whole) !== DOT ? undefined : fromEpoch(Number(text));
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
