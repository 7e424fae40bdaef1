import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Danger } from "./dangers";
import { typeHasData } from "./dangers/stateful";
import { type Data, entriesOf, isList, isObject } from "./data";
import { differencesOf } from "./differences";
import { environmentOf, type Item } from "./items";
import { UsageError } from "./usage-error";
import { code, counted, kindInWords } from "./words";

/** What only Terraform's plan of a stack knows. */
export interface PlanReport {
  readonly stack: string;
  readonly environment: string;
  /** As in `2 to create, 1 to replace`. */
  readonly headline: string;
  /** Markdown, a line each. Names of attributes only: values can be secret there. */
  readonly lines: readonly string[];
  readonly dangers: readonly Danger[];
}

const data = z.custom<Data>(() => true).optional();

const changeSchema = z.object({
  address: z.string(),
  type: z.string(),
  change: z.object({
    actions: z.array(z.string()),
    before: data,
    after: data,
    after_unknown: data,
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  }),
});

const planSchema = z.object({
  format_version: z.string(),
  resource_changes: z.array(changeSchema).default([]),
  resource_drift: z.array(changeSchema).default([]),
});

type Plan = z.output<typeof planSchema>;
type ResourceChange = z.output<typeof changeSchema>;

/**
 * Reads `terraform show -json <plan>`.
 *
 * @param file its path, after the stack's name and `=` where the plan alone does not tell which stack it is of
 * @param items of every environment that is reviewed
 * @throws UsageError if it is no plan, or one of which stack cannot be told
 */
export function readPlan(file: string, items: readonly Item[]): PlanReport {
  const [, named, path = file] = /^([a-z0-9-]+)=(.+)$/.exec(file) ?? [];
  const plan = parsePlan(path, readText(path));
  return planReport(plan, stackOf(plan, path, items, named));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`the plan '${path}' cannot be read: write it with 'terraform show -json <plan> > ${path}'`);
  }
}

function parsePlan(path: string, text: string): Plan {
  try {
    return planSchema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(
      `'${path}' is no plan as JSON: a file of 'terraform plan -out' is binary, 'terraform show -json <plan> > ${path}' makes one of it`,
    );
  }
}

/** Staging and production have the same addresses: what they are called on the cluster tells them apart. */
function stackOf(plan: Plan, path: string, items: readonly Item[], named: string | undefined): string {
  const stacks = [...new Set(items.map(({ stack }) => stack))].sort();
  if (named !== undefined) {
    if (stacks.includes(named)) return named;
    throw new UsageError(`--plan ${named}=... names no stack that is reviewed: choose from ${stacks.join(", ")}`);
  }
  const scores = stacks.map((stack) => ({
    stack,
    score: score(
      plan,
      items.filter((item) => item.stack === stack),
    ),
  }));
  const best = Math.max(0, ...scores.map((one) => one.score));
  const candidates = scores.filter((one) => best > 0 && one.score === best).map(({ stack }) => stack);
  if (candidates.length === 1 && candidates[0] !== undefined) return candidates[0];
  throw new UsageError(
    `the plan '${path}' can be of ${candidates.length === 0 ? "no stack that is reviewed" : candidates.join(" or ")}: say which, as in '--plan ${candidates[0] ?? stacks[0] ?? "dev-pipeline"}=${path}'`,
  );
}

function score(plan: Plan, items: readonly Item[]): number {
  const namespaces = new Map(items.map((item) => [item.address, namespaceOf(item.body)]));
  return plan.resource_changes
    .filter(({ address }) => namespaces.has(address))
    .map(({ address, change }) => {
      const planned = namespaceOf(change.after ?? change.before ?? null);
      return planned !== undefined && planned === namespaces.get(address) ? 2 : 1;
    })
    .reduce((sum, one) => sum + one, 0);
}

function namespaceOf(body: Data): string | undefined {
  if (!isObject(body)) return undefined;
  const metadata = isList(body["metadata"]) ? body["metadata"][0] : body["metadata"];
  const found = isObject(metadata) ? metadata["namespace"] : body["namespace"];
  return typeof found === "string" ? found : undefined;
}

function planReport(plan: Plan, stack: string): PlanReport {
  const changes = [...plan.resource_changes].sort((one, other) => (one.address < other.address ? -1 : 1));
  const replaced = changes.filter(({ change }) => isReplaced(change.actions));
  const deleted = changes.filter(({ change }) => change.actions.length === 1 && change.actions[0] === "delete");
  const count = (action: string) =>
    changes.filter(({ change }) => change.actions.length === 1 && change.actions[0] === action).length;
  const counts = [
    [count("create"), "create"],
    [count("update"), "update"],
    [replaced.length, "replace"],
    [deleted.length, "delete"],
  ] as const;
  const drift = plan.resource_drift.filter(({ change }) => driftPaths(change).length > 0);
  return {
    stack,
    environment: environmentOf(stack),
    headline:
      counts
        .filter(([many]) => many > 0)
        .map(([many, action]) => `${many} to ${action}`)
        .join(", ") || "nothing to do",
    lines: [
      ...replaced.map((one) => `replaced: ${code(one.address)}${reasons(one)}`),
      ...deleted.map((one) => `deleted: ${code(one.address)}`),
      ...changes.flatMap(unknownLines),
      ...drift.map(
        ({ address, change }) =>
          `drift: ${code(address)} was changed outside of Terraform: ${names(driftPaths(change))}`,
      ),
    ],
    dangers: [...replaced.flatMap(replacedDanger), ...deleted.flatMap(deletedDanger), ...drift.map(driftWarning)],
  };
}

function isReplaced(actions: readonly string[]): boolean {
  return actions.includes("create") && actions.includes("delete");
}

function reasons({ change }: ResourceChange): string {
  const paths = (change.replace_paths ?? []).map((path) => path.filter((part) => part !== 0).join("."));
  return paths.length > 0 ? `, because of ${names(paths)}` : "";
}

function names(paths: readonly string[]): string {
  const [shown, rest] = [paths.slice(0, 5).map(code).join(", "), paths.length - 5];
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** What is known only when it is applied, of what is there already: of what is new, identifiers always are. */
function unknownLines({ address, change }: ResourceChange): string[] {
  if (!change.actions.includes("update")) return [];
  const paths = unknownPaths(change.after_unknown ?? {});
  return paths.length === 0 ? [] : [`known only after the deploy: ${code(address)}: ${names(paths)}`];
}

function unknownPaths(unknown: Data, path: readonly string[] = []): string[] {
  if (unknown === true) return [path.filter((part) => part !== "0").join(".")];
  if (isList(unknown)) return unknown.flatMap((one, index) => unknownPaths(one, [...path, String(index)]));
  return entriesOf(unknown).flatMap(([key, one]) => unknownPaths(one, [...path, key]));
}

function driftPaths({ before, after }: ResourceChange["change"]): string[] {
  const paths = differencesOf(before ?? null, after ?? null).map(({ path }) =>
    path.filter((part) => !/^#?0$/.test(part)).join("."),
  );
  return [...new Set(paths.map((path) => (path === "" ? "all of it" : path)))].filter(
    // Versions and times that a cluster counts up by itself.
    (path) => !/(resource_version|generation|status)$/.test(path),
  );
}

const PLAN_RULE = { component: "Terraform's plan" } as const;

function replacedDanger(one: ResourceChange): Danger[] {
  const what = `${kindInWords(one.type)} ${code(one.address)}`;
  if (typeHasData(one.type)) {
    return [
      {
        ...PLAN_RULE,
        rule: "plan-replaced",
        severity: "danger",
        what,
        from: "there",
        to: `removed and made anew${reasons(one)}`,
        why: "It has data of its own, and what is new begins without it.",
        safeWay: "Undo what forces it, or move the data first.",
      },
    ];
  }
  // A Job is replaced whenever it is another: that is how it runs again.
  if (one.type === "kubernetes_job_v1") return [];
  return [
    {
      ...PLAN_RULE,
      rule: "plan-replaced",
      severity: "warning",
      what,
      from: "there",
      to: `removed and made anew${reasons(one)}`,
      why: "It is away between the one and the other.",
      safeWay: "Expect the gap, or undo what forces it.",
    },
  ];
}

function deletedDanger(one: ResourceChange): Danger[] {
  if (!typeHasData(one.type)) return [];
  return [
    {
      ...PLAN_RULE,
      rule: "plan-deleted",
      severity: "danger",
      what: `${kindInWords(one.type)} ${code(one.address)}`,
      from: "there",
      to: "deleted",
      why: "It has data of its own.",
      safeWay: "Keep it, or save its data first.",
    },
  ];
}

function driftWarning(one: ResourceChange): Danger {
  return {
    ...PLAN_RULE,
    rule: "plan-drift",
    severity: "warning",
    what: `${kindInWords(one.type)} ${code(one.address)}`,
    from: "as it was deployed",
    to: `changed outside of Terraform (${counted(driftPaths(one.change).length, "attribute")}: ${names(driftPaths(one.change))})`,
    why: "Somebody or something changed it in the cluster; the deploy puts it back.",
    safeWay: "Ask who did it and why; what shall stay belongs into the code.",
  };
}
