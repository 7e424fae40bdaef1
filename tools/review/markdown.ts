import { type DangerGroup, fromTo, groupDangers } from "./group";
import type { ComponentReport, EnvironmentReport, Report } from "./report";
import { isSilent, severitiesInWords } from "./report";
import { counted } from "./words";

/** What a comment on GitHub may have, in characters, and room for what others put around it. */
export const COMMENT_LIMIT = 65_536 - 1_000;

/** Stands at the beginning, so that a comment is found again and updated in place. */
export const COMMENT_MARK = "<!-- log-pipeline review -->";

/**
 * A report as Markdown for a comment. What does not fit is left out from the least important on: raw differences first, then
 * words about single things; a note says what.
 *
 * @param limit characters. @default {@link COMMENT_LIMIT}
 */
export function renderMarkdown(report: Report, limit = COMMENT_LIMIT): string {
  const dangers = groupDangers(report);
  const full: Depth = { raw: rawCount(report), things: thingCount(report), dangers: dangers.length };
  const whole = rendered(report, dangers, full, full);
  if (whole.length <= limit) return whole;
  for (const part of ["raw", "things", "dangers"] as const) {
    const none = { ...full, ...NONE_BEFORE[part], [part]: 0 };
    if (rendered(report, dangers, none, full).length > limit) continue;
    return rendered(report, dangers, { ...none, [part]: mostThatFits(part, none, report, dangers, full, limit) }, full);
  }
  return `${rendered(report, dangers, { raw: 0, things: 0, dangers: 0 }, full)
    .slice(0, limit - 60)
    .trimEnd()}\n\n(cut: \`npm run review\` prints all of it)\n`;
}

/** How much of each is told: raw differences of components, things, groups of dangers. */
interface Depth {
  readonly raw: number;
  readonly things: number;
  readonly dangers: number;
}

const NONE_BEFORE: Readonly<Record<keyof Depth, Partial<Depth>>> = {
  raw: {},
  things: { raw: 0 },
  dangers: { raw: 0, things: 0 },
};

function mostThatFits(
  part: keyof Depth,
  none: Depth,
  report: Report,
  dangers: readonly DangerGroup[],
  full: Depth,
  limit: number,
): number {
  let [fits, tooMany] = [0, full[part]];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (rendered(report, dangers, { ...none, [part]: middle }, full).length <= limit) fits = middle;
    else tooMany = middle;
  }
  return fits;
}

function rendered(report: Report, dangers: readonly DangerGroup[], depth: Depth, full: Depth): string {
  const left = { raw: depth.raw, things: depth.things };
  return `${[
    COMMENT_MARK,
    `## Review: ${report.base} → ${report.head}`,
    overview(report),
    ...report.notes.map((note) => `> ${note}`),
    ...cutNote(depth, full),
    ...dangerSections(dangers.slice(0, depth.dangers)),
    ...report.environments.flatMap((one, index) => environmentSection(one, report.environments.slice(0, index), left)),
  ].join("\n\n")}\n`;
}

function cutNote(depth: Depth, full: Depth): string[] {
  const missing = [
    [full.dangers - depth.dangers, "group", "of dangers"],
    [full.things - depth.things, "thing", "in words"],
    [full.raw - depth.raw, "raw difference", ""],
  ] as const;
  const said = missing
    .filter(([count]) => count > 0)
    .map(([count, what, more]) => `${counted(count, what)}${more && ` ${more}`}`);
  if (said.length === 0) return [];
  return [
    `> **Not all of it fits into a comment.** Left out here, and printed by \`npm run review -- --format terminal\`: ${said.join(", ")}.`,
  ];
}

function overview(report: Report): string {
  const rows = report.environments.map(({ environment, headline, dangers }) => [
    environment,
    headline === "no change" || headline === "only images change" ? headline : `**${headline}**`,
    severitiesInWords(dangers) || "none",
  ]);
  return [["environment", "what changes", "dangers"], ["---", "---", "---"], ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

function dangerSections(dangers: readonly DangerGroup[]): string[] {
  const notices = dangers.filter(({ severity }) => severity === "notice");
  const grave = dangers.filter(({ severity }) => severity !== "notice");
  return [
    ...(grave.length > 0 ? ["### Dangers", grave.map(dangerItem).join("\n")] : []),
    ...(notices.length > 0
      ? [details(counted(notices.flatMap(({ places }) => places).length, "notice"), notices.map(dangerItem).join("\n"))]
      : []),
  ];
}

/** More places than that are in the environments' own sections as well. */
const MOST_PLACES = 15;

function dangerItem({ severity, places, why, safeWay }: DangerGroup): string {
  const lines = places.slice(0, MOST_PLACES).map((place) => {
    const change = fromTo(place);
    return `${place.what}${change && `: ${change}`} (${place.environments.join(", ")})`;
  });
  const rest = places.length - MOST_PLACES;
  const head =
    lines.length === 1
      ? [`- **${severity}** ${lines.join("")}`]
      : [
          `- **${severity}** in ${places.length} places`,
          ...lines.map((line) => `  - ${line}`),
          ...(rest > 0 ? [`  - and ${rest} more`] : []),
        ];
  return [...head, `  - *Why:* ${why}`, `  - *Safe way:* ${safeWay}`].join("\n");
}

function environmentSection(
  one: EnvironmentReport,
  earlier: readonly EnvironmentReport[],
  left: { raw: number; things: number },
): string[] {
  const { environment, headline, facts, components, follows, plans } = one;
  if (isSilent(one)) return [];
  const raws = components.filter((component) => !sameAs(component, earlier)).filter(() => left.raw-- > 0);
  return [
    `### ${environment}: ${headline}`,
    ...(facts.length > 0 ? [`**Facts**\n\n${facts.map((fact) => `- ${fact}`).join("\n")}`] : []),
    ...components.map((component) => componentSection(component, sameAs(component, earlier), left)),
    ...(follows.length > 0 ? [`**What follows from that**\n\n${follows.map((line) => `- ${line}`).join("\n")}`] : []),
    ...plans.map(
      ({ stack, headline: planned, lines }) =>
        `**Terraform's plan of ${stack}: ${planned}**${lines.length > 0 ? `\n\n${lines.map((line) => `- ${line}`).join("\n")}` : ""}`,
    ),
    ...(raws.length > 0
      ? [
          details(
            `raw differences of ${environment}`,
            raws.map(({ component, raw }) => rawSection(component, raw)).join("\n\n"),
          ),
        ]
      : []),
  ].filter((part) => part !== "");
}

/** An environment that was told of before, if the same becomes of the component there. */
function sameAs(component: ComponentReport, earlier: readonly EnvironmentReport[]): string | undefined {
  const text = JSON.stringify(component.things);
  return earlier.find(({ components }) =>
    components.some((other) => other.component === component.component && JSON.stringify(other.things) === text),
  )?.environment;
}

function componentSection(
  { component, things }: ComponentReport,
  same: string | undefined,
  left: { things: number },
): string {
  if (same !== undefined) return `**${component}**: as in ${same}`;
  const lines = things
    .filter(() => left.things-- > 0)
    .flatMap(({ text, details: more }) => [`- ${text}`, ...more.map((line) => `  - ${line}`)]);
  return lines.length > 0 ? `**${component}**\n\n${lines.join("\n")}` : "";
}

/** Of one thing a comment shows so many lines of raw difference. */
const MOST_LINES = 80;

function rawSection(component: string, things: readonly string[]): string {
  const raw = things.map(shortened).join("\n");
  const fence = "`".repeat(Math.max(3, ...[...raw.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${component}\n\n${fence}diff\n${raw}\n${fence}`;
}

function shortened(raw: string): string {
  const lines = raw.split("\n");
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `  ... ${rest} more lines`].join("\n") : raw;
}

function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function rawCount(report: Report): number {
  return report.environments.flatMap(({ components }, index) =>
    components.filter((component) => sameAs(component, report.environments.slice(0, index)) === undefined),
  ).length;
}

function thingCount(report: Report): number {
  return report.environments
    .flatMap(({ components }, index) =>
      components.filter((component) => sameAs(component, report.environments.slice(0, index)) === undefined),
    )
    .reduce((sum, { things }) => sum + things.length, 0);
}
