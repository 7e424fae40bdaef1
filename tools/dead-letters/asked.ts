import { DEAD_LETTER_REASONS } from "../../contract/dead-letter";
import { userErrorOf } from "../lib/user-error";
import { MOMENT_FORMS, parseMoment } from "../logs/moment";

/** Which dead letters, as it was written on the command line. */
export interface ChoiceOptions {
  readonly since?: string;
  readonly until?: string;
  readonly reason?: readonly string[];
  readonly service?: readonly string[];
  /** Where the message was in the topic of lines: `<partition>/<offset>`. */
  readonly at?: string;
}

/** The same for the consumer's program, and for people. */
export interface Choice {
  readonly flags: readonly string[];
  /** As they were written, to be written once more. */
  readonly words: string;
}

/**
 * @param now in ms since the epoch
 * @param problems what is wrong already
 * @throws UserError naming every mistake
 */
export function readChoice(options: ChoiceOptions, now: number, problems: readonly string[] = []): Choice {
  const found = [...problems];
  const flags: string[] = [];
  const words: string[] = [];
  const add = (name: string, value: string, written = value) => {
    flags.push(`--${name}`, value);
    words.push(`--${name} ${/^[\w./:-]+$/.test(written) ? written : JSON.stringify(written)}`);
  };
  const moments: number[] = [];
  for (const name of ["since", "until"] as const) {
    const text = options[name];
    if (text === undefined) continue;
    const moment = parseMoment(text, now);
    if (moment === undefined) {
      found.push(`--${name} '${text}' is no time: write ${MOMENT_FORMS}`);
      continue;
    }
    moments.push(moment);
    add(name, new Date(moment).toISOString(), text);
  }
  const [from, to] = moments;
  if (from !== undefined && to !== undefined && from >= to)
    found.push(`--since (${options.since}) must be before --until (${options.until}): swap them`);
  for (const reason of options.reason ?? []) {
    if (DEAD_LETTER_REASONS.some((one) => one === reason)) add("reason", reason);
    else found.push(`--reason '${reason}' is none: the reasons are ${DEAD_LETTER_REASONS.join(", ")}`);
  }
  for (const service of options.service ?? []) add("service", service);
  if (options.at !== undefined) {
    if (PLACE.test(options.at)) add("at", options.at);
    else found.push(whyNoPlace(options.at));
  }
  if (found.length > 0) throw userErrorOf(found);
  return { flags, words: words.join(" ") };
}

const PLACE = /^\d+\/\d+$/;

function whyNoPlace(text: string): string {
  return `'${text}' is no place of a message: write its partition and offset, such as 3/1742, as 'npm run dead-letters' prints them`;
}
