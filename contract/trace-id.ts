/** Spelling of an id of a trace or a span: hexadecimal in lower case, in upper or mixed case, all zeros, or another tracer's. */
export type IdSpelling = "lower" | "upper" | "zero" | "other";

/** Runs for each line: a loop over 32 characters costs less than a regular expression. */
export function idSpelling(text: string): IdSpelling {
  let isZero = true;
  let isLower = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === ZERO) continue;
    isZero = false;
    if ((code > ZERO && code <= NINE) || (code >= LOWER_A && code <= LOWER_F)) continue;
    if (code < UPPER_A || code > UPPER_F) return "other";
    isLower = false;
  }
  if (isZero) return "zero";
  return isLower ? "lower" : "upper";
}

/**
 * An id as documents hold it: hexadecimal digits in lower case, another tracer's id as it is.
 *
 * @returns undefined for W3C's invalid ids, which have no digit but zeros: they would join lines of unrelated calls
 */
export function readTraceId(text: string): string | undefined {
  const spelling = idSpelling(text);
  if (spelling === "zero") return undefined;
  return spelling === "upper" ? text.toLowerCase() : text;
}

/**
 * The ids under which the lines of one trace may be found, the one that was asked for first: a B3 or Jaeger id of 64 bits
 * is padded with zeros by the services that hand it on as W3C's 128 bits.
 *
 * @returns undefined if the text is no id of a trace
 */
export function traceSpellings(text: string): readonly string[] | undefined {
  const id = readTraceId(text.trim());
  if (id === undefined || !/^(?:[0-9a-f]{16}|[0-9a-f]{32})$/.test(id)) return undefined;
  if (id.length === 16) return [id, PADDING + id];
  return id.startsWith(PADDING) ? [id, id.slice(16)] : [id];
}

/** The form of a trace id, for whoever wrote something else. */
export const TRACE_ID_FORM = "it has 32 or 16 hexadecimal digits, not all of them zero, as in a line's trace_id";

const PADDING = "0".repeat(16);
const [ZERO, NINE, UPPER_A, UPPER_F, LOWER_A, LOWER_F] = [48, 57, 65, 70, 97, 102] as const;
