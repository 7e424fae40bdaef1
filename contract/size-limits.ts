/**
 * One chain of limits, from a line to the topic, so that no hop refuses what the hop before it let through. A shipper
 * that is refused either retries for ever or drops the event, depending on its version.
 */

/**
 * The longest line that is shipped whole, in bytes; what is beyond is cut off by the shipper, which marks the event with
 * `log.flags: truncated`. Filebeat *skips* lines of more than four times this size.
 */
export const MAX_LINE_BYTES = 1024 * 1024;

/** A control character in a line becomes six bytes (`\u0000`) in the shipper's JSON. */
const WORST_JSON_ESCAPE = 6;

/** Room for what the shipper adds to a line: origin, host, time. */
const ENVELOPE_BYTES = 16 * 1024;

/** The smallest `max.message.bytes` that takes every line of at most `maxLineBytes`, whatever is in it. */
export function minMessageBytes(maxLineBytes: number): number {
  return maxLineBytes * WORST_JSON_ESCAPE + ENVELOPE_BYTES;
}

/** `max.message.bytes` of the topic of log lines, in bytes. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** `max.message.bytes` of the dead-letter topic, in bytes: a dead letter is a message and headers that say why. */
export const MAX_DEAD_LETTER_BYTES = MAX_MESSAGE_BYTES + 64 * 1024;
