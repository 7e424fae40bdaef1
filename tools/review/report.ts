import { stringify } from "yaml";
import { compareText, type EnvironmentChange, type ItemChange } from "./compare";
import { type Danger, dangersOf } from "./dangers";
import { type Severity, SEVERITIES } from "./dangers/danger";
import type { Data } from "./data";
import type { Difference } from "./differences";
import type { Item } from "./items";
import type { PlanReport } from "./plan";
import {
  code,
  counted,
  differenceInWords,
  durationInWords,
  itemInWords,
  kindInWords,
  pathInWords,
  sizeInWords,
} from "./words";

/** A review. Plain data: `--format json` prints it. */
export interface Report {
  readonly base: string;
  readonly head: string;
  readonly environments: readonly EnvironmentReport[];
  /** What a reader must know about the comparison itself. */
  readonly notes: readonly string[];
}

export interface EnvironmentReport {
  readonly environment: string;
  /** `no change`, or as in `1 added, 3 changed`. */
  readonly headline: string;
  readonly counts: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly dangers: readonly Danger[];
  /** Facts of the environment that differ, a line of Markdown each. */
  readonly facts: readonly string[];
  readonly components: readonly ComponentReport[];
  /** What only follows from other changes: images, restarts. */
  readonly follows: readonly string[];
  readonly plans: readonly Omit<PlanReport, "dangers">[];
}

export interface ComponentReport {
  readonly component: string;
  /** Markdown: a line for each thing, and lines below it. */
  readonly things: readonly { readonly text: string; readonly details: readonly string[] }[];
  /** The whole difference of each thing, in lines that begin with `+`, `-` or a blank. */
  readonly raw: readonly string[];
}

/** Says in words what changes. */
export function reportOf(
  revisions: { readonly base: string; readonly head: string },
  changes: readonly EnvironmentChange[],
  plans: readonly PlanReport[] = [],
  notes: readonly string[] = [],
): Report {
  return { ...revisions, environments: changes.map((change) => environmentReport(change, plans)), notes };
}

function environmentReport(change: EnvironmentChange, allPlans: readonly PlanReport[]): EnvironmentReport {
  const plans = allPlans.filter(({ environment }) => environment === change.environment);
  const meant = change.changes.filter((one) => isMeant(one));
  const counts = {
    added: meant.filter(({ what }) => what === "added").length,
    changed: meant.filter(({ what }) => what === "changed" || what === "moved").length,
    removed: meant.filter(({ what }) => what === "removed").length,
  };
  const found = [...plans.flatMap(({ dangers }) => dangers), ...dangersOf(change)];
  const images = imagesChanged(change);
  return {
    environment: change.environment,
    headline: headline(change, counts, images),
    counts,
    dangers: SEVERITIES.flatMap((severity) => found.filter((danger) => danger.severity === severity)),
    facts: change.factDifferences.map(factInWords),
    components: componentReports(change, meant),
    follows: followsOf(change, images),
    plans: plans.map(({ dangers: _, ...plan }) => plan),
  };
}

/** Whether somebody changed it, rather than that it follows from something. */
function isMeant(change: ItemChange): boolean {
  if (change.what === "added" || change.what === "removed" || change.what === "moved") return true;
  return change.differences.length > 0;
}

function headline(
  { was, is }: EnvironmentChange,
  { added, changed, removed }: EnvironmentReport["counts"],
  images: readonly string[],
): string {
  if (!was) return `new environment: ${added} added`;
  if (!is) return `in the code no more: ${removed} removed`;
  const counts = [
    [added, "added"],
    [changed, "changed"],
    [removed, "removed"],
  ] as const;
  const said = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (said.length > 0) return said.join(", ");
  return images.length > 0 ? "only images change" : "no change";
}

function factInWords({ path, before, after }: Difference): string {
  const unit = path.at(-1);
  if (unit !== "milliseconds" && unit !== "bytes") return differenceInWords({ path, ...sides(before, after) });
  const amount = unit === "bytes" ? sizeInWords : durationInWords;
  const [from, to] = [before, after].map((one) => (one === undefined ? "nothing" : amount(Number(one))));
  return `${pathInWords(path.slice(0, -1))}: ${from} → ${to}`;
}

function sides(before: Data | undefined, after: Data | undefined): Omit<Difference, "path"> {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function componentReports(change: EnvironmentChange, meant: readonly ItemChange[]): ComponentReport[] {
  const names = [...new Set(meant.map(({ item }) => item.component))].sort(compareText);
  return names.map((component) => {
    const own = meant.filter(({ item }) => item.component === component);
    return {
      component,
      things: [...changedThings(own), ...gathered(own, "added"), ...gathered(own, "removed")],
      // All of what is new or gone would be told at length: its parts are in the words.
      raw: own.map((one) => rawOf(one, change.was && change.is)),
    };
  });
}

/** Of one thing at most so many differences are told in words; the raw difference has all. */
const MOST_DETAILS = 12;

function changedThings(changes: readonly ItemChange[]): ComponentReport["things"] {
  const things = changes.flatMap((change) => {
    if (change.what !== "changed" && change.what !== "moved") return [];
    const details = change.differences.map(differenceInWords);
    const rest = details.length - MOST_DETAILS;
    const moved =
      change.what === "moved" && change.before.address !== change.item.address
        ? ` moves from ${code(change.before.address)} to ${code(change.item.address)} for Terraform`
        : "";
    return [
      {
        text: `${itemInWords(change.item)}${moved}`,
        details: [...details.slice(0, MOST_DETAILS), ...(rest > 0 ? [`and ${rest} more`] : [])],
      },
    ];
  });
  // The same becomes of all three sample services.
  const alike = new Map<string, string[]>();
  for (const { text, details } of things) {
    const key = JSON.stringify(details);
    alike.set(key, [...(alike.get(key) ?? []), text]);
  }
  return [...alike].map(([key, texts]) => ({ text: texts.join(", "), details: JSON.parse(key) as string[] }));
}

/** Things of one kind that all come or go are one line. */
function gathered(changes: readonly ItemChange[], what: "added" | "removed"): ComponentReport["things"] {
  const kinds = new Map<string, Item[]>();
  for (const { what: happens, item } of changes) {
    if (happens === what) kinds.set(item.kind, [...(kinds.get(item.kind) ?? []), item]);
  }
  return [...kinds].map(([kind, items]) => {
    const names = [...new Set(items.map(({ name }) => name))];
    const many = items.length > 1 ? `${items.length} × ` : "";
    return { text: `${what}: ${many}${kindInWords(kind)} ${names.map(code).join(", ")}`, details: [] };
  });
}

/** Images whose tag follows from their sources, by name. */
function imagesChanged({ changes }: EnvironmentChange): string[] {
  const images = changes.flatMap(({ item, ...change }) =>
    ("generated" in change ? change.generated : [])
      .filter(({ path }) => path.at(-1) === "image" || item.kind === "docker_image")
      .map(({ after }) => /([^/:]+):[^/:]+$/.exec(String(after))?.[1] ?? ""),
  );
  return [...new Set(images)].filter((image) => image !== "").sort();
}

/** What nobody changed, and is another all the same. */
function followsOf({ changes }: EnvironmentChange, images: readonly string[]): string[] {
  const again = changes.filter(
    (change) =>
      "generated" in change &&
      /^(kubernetes_(job|deployment|daemon_set|stateful_set)|docker_container)/.test(change.item.kind) &&
      change.generated.some(({ path }) => path.at(-1) !== "app.kubernetes.io/version"),
  );
  const names = [...new Set(again.map(({ item }) => itemInWords(item)))].join(", ");
  return [
    ...images.map((image) => `The image of ${code(image)} changes, because its sources do.`),
    ...(names === ""
      ? []
      : [`Started again because of ${images.length > 0 ? "that, or of " : ""}what they read: ${names}.`]),
  ];
}

function rawOf(change: ItemChange, whole: boolean): string {
  const head = `@@ ${change.item.stack} ${change.item.address} ${change.item.kind} ${change.item.name} @@`;
  if (change.what === "added" || change.what === "removed") {
    const sign = change.what === "added" ? "+" : "-";
    return [head, ...(whole ? signed(sign, change.item.body) : [`${sign} (all of it)`])].join("\n");
  }
  const lines = change.differences.flatMap(({ path, before, after }) => [
    `  ${path.join(" › ")}`,
    ...(before === undefined ? [] : signed("-", before)),
    ...(after === undefined ? [] : signed("+", after)),
  ]);
  return [head, ...lines].join("\n");
}

function signed(sign: "+" | "-", body: Data): string[] {
  return textOf(body)
    .trimEnd()
    .split("\n")
    .map((line) => `${sign} ${line}`);
}

function textOf(body: Data): string {
  if (typeof body === "string") return body;
  return typeof body === "object" && body !== null ? stringify(body, { lineWidth: 0 }) : String(body);
}

/** The worst severity that a report has; undefined if nothing is dangerous. */
export function worstOf(report: Report): Severity | undefined {
  const found = new Set(report.environments.flatMap(({ dangers }) => dangers.map(({ severity }) => severity)));
  return SEVERITIES.find((severity) => found.has(severity));
}

/** Whether there is nothing to say about an environment beyond its headline. */
export function isSilent({ facts, components, follows, plans }: EnvironmentReport): boolean {
  return [facts, components, follows, plans].every((one) => one.length === 0);
}

/** As in `1 danger, 2 warnings`; empty if there is nothing. */
export function severitiesInWords(dangers: readonly { readonly severity: Severity }[]): string {
  return SEVERITIES.flatMap((severity) => {
    const count = dangers.filter((danger) => danger.severity === severity).length;
    return count > 0 ? [counted(count, severity)] : [];
  }).join(", ");
}
