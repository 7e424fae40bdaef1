import { Problems } from "../core/validation";

/**
 * What of a CronJob's schedule Kubernetes would not take, or would never come to; empty if nothing. The grammar is that of
 * `ParseStandard` of robfig/cron v3, with which Kubernetes reads schedules, but for what is more likely a slip: an empty value
 * in a list, a blank too many, and names of whole schedules (`@daily`), which do not say when.
 */
export function scheduleProblems(schedule: string): string[] {
  const texts = schedule.split(" ");
  const said = `'schedule' ('${schedule}')`;
  if (texts.length !== FIELDS.length) {
    const has = texts.length === 1 ? "1 field" : `${texts.length} fields`;
    return [
      `${said} has ${has}, and a CronJob's has five: state minute, hour, day of month, month and day of week in UTC, ${EXAMPLE}`,
    ];
  }
  const problems = new Problems();
  const values = FIELDS.map((field, at) => {
    const text = texts[at] ?? "";
    const found = valuesOf(text, field);
    problems.require(
      found !== undefined,
      `${said} has the ${field.name} '${text}', which must be of ${field.least} to ${field.most}: correct it, ${EXAMPLE}`,
    );
    return found;
  });
  const [, , days, months] = values;
  const [, , day, month, weekday = ""] = texts;
  // Where a day of the week is named as well, either is enough.
  const byDate = weekday.split(",").some((part) => /^[*?](\/1)?$/.test(part));
  problems.require(
    !days || !months || !byDate || months.some((one) => days.some((other) => other <= longest(one))),
    `${said} never comes: no month '${month}' has a day '${day}'; name another, ${EXAMPLE}`,
  );
  return problems.list();
}

const EXAMPLE = "as in '17 3 * * *'";

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Of its values, from the least on. @default none: it has numbers only */
  readonly names?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const FIELDS: readonly Field[] = [
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day of month", least: 1, most: 31 },
  { name: "month", least: 1, most: 12, names: MONTHS },
  // Not Unix's 7 for Sunday.
  { name: "day of week", least: 0, most: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/** The values that a field names; undefined if it is wrong. */
function valuesOf(text: string, field: Field): number[] | undefined {
  const parts = text.split(",").map((part) => rangeOf(part, field));
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** `*`, `?`, `5` or `1-5`, and each of them with `/2`. */
const PART = /^(?:[*?]|([a-z\d]+)(?:-([a-z\d]+))?)(?:\/(\d+))?$/i;

function rangeOf(part: string, field: Field): number[] | undefined {
  const matched = PART.exec(part);
  if (!matched) return undefined;
  const [, first, last, step] = matched;
  const from = first === undefined ? field.least : valueOf(first, field);
  // A single value with a step goes on to the last.
  const isOpen = first === undefined || (last === undefined && step !== undefined);
  const to = isOpen ? field.most : last === undefined ? from : valueOf(last, field);
  const every = Number(step ?? 1);
  if (from === undefined || to === undefined || from > to || every === 0) return undefined;
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, nth) => from + nth * every);
}

function valueOf(text: string, { least, most, names = [] }: Field): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? least + named : /^\d+$/.test(text) ? Number(text) : undefined;
  return value !== undefined && least <= value && value <= most ? value : undefined;
}

/** Days of a month, in the year in which it has most. */
function longest(month: number): number {
  return new Date(Date.UTC(2024, month, 0)).getUTCDate();
}
