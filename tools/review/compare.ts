import type { Data } from "./data";
import { type Difference, differencesOf, isGenerated } from "./differences";
import { type Item, itemsByEnvironment } from "./items";
import type { Snapshot } from "./snapshot";

/** What becomes of one thing. */
export type ItemChange =
  | { readonly what: "added"; readonly item: Item }
  | { readonly what: "removed"; readonly item: Item }
  /** `moved`: the same thing under another address of Terraform's, which removes it and makes it again. */
  | {
      readonly what: "changed" | "moved";
      readonly item: Item;
      readonly before: Item;
      /** What somebody wrote. Empty where only what is generated differs. */
      readonly differences: readonly Difference[];
      /** What follows from something else: hashes, tags. */
      readonly generated: readonly Difference[];
    };

/** An environment in two revisions. */
export interface EnvironmentChange {
  readonly environment: string;
  /** Whether it is in the code of each. */
  readonly was: boolean;
  readonly is: boolean;
  readonly before: readonly Item[];
  readonly after: readonly Item[];
  readonly facts: { readonly before: Data; readonly after: Data };
  /** In the order of components and names. Nothing that is the same. */
  readonly changes: readonly ItemChange[];
  readonly factDifferences: readonly Difference[];
}

/** Compares what every environment deploys, in the order of their names. @param only these. @default all */
export function compareSnapshots(before: Snapshot, after: Snapshot, only: readonly string[] = []): EnvironmentChange[] {
  const [old, current] = [itemsByEnvironment(before), itemsByEnvironment(after)];
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((name) => only.length === 0 || only.includes(name))
    .sort()
    .map((environment) => {
      const facts = { before: before.facts[environment] ?? {}, after: after.facts[environment] ?? {} };
      const items = { before: old.get(environment) ?? [], after: current.get(environment) ?? [] };
      return {
        environment,
        was: old.has(environment),
        is: current.has(environment),
        ...items,
        facts,
        changes: itemChanges(items.before, items.after),
        // Of an environment that comes or goes, every fact does.
        factDifferences:
          old.has(environment) && current.has(environment) ? differencesOf(facts.before, facts.after) : [],
      };
    });
}

function itemChanges(before: readonly Item[], after: readonly Item[]): ItemChange[] {
  const old = new Map(before.map((item) => [item.id, item]));
  const current = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => !current.has(id));
  const changes = after.flatMap((item): ItemChange[] => {
    const same = old.get(item.id);
    if (same) return changeOf(same, item, "changed");
    const index = gone.findIndex((one) => sameThing(one, item));
    const [moved] = index >= 0 ? gone.splice(index, 1) : [];
    return moved ? changeOf(moved, item, "moved") : [{ what: "added", item }];
  });
  return [...changes, ...gone.map((item): ItemChange => ({ what: "removed", item }))].sort((one, other) =>
    compareText(placeOf(one), placeOf(other)),
  );
}

function changeOf(before: Item, item: Item, what: "changed" | "moved"): ItemChange[] {
  const all = differencesOf(before.body, item.body);
  if (all.length === 0 && what === "changed") return [];
  return [
    {
      what,
      item,
      before,
      differences: all.filter((one) => !isGenerated(one)),
      generated: all.filter(isGenerated),
    },
  ];
}

function sameThing(one: Item, other: Item): boolean {
  return one.kind === other.kind && one.name === other.name && one.stack === other.stack;
}

function placeOf({ item }: ItemChange): string {
  return [item.component, item.kind, item.name, item.id].join("\0");
}

/** By code units: the same order wherever it runs. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
