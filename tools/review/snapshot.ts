import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Data, DataObject } from "./data";

/** What one revision of this repository deploys. Plain data: it is kept in a file. */
export interface Snapshot {
  /** The synthesized JSON of each stack, by its name. */
  readonly stacks: Readonly<Record<string, DataObject>>;
  /** The facts of each environment, by its name; see {@link plainFacts}. */
  readonly facts: Readonly<Record<string, Data>>;
  /** Files of the repository that Terraform reads itself, by their paths: values and charts of Helm. */
  readonly files: Readonly<Record<string, string>>;
}

/** A revision that deploys nothing. */
export const NOTHING: Snapshot = { stacks: {}, facts: {}, files: {} };

/** Takes the place of the checkout's own folder: two checkouts of the same revision are the same. */
const CHECKOUT = "<checkout>";

/**
 * Reads what was synthesized.
 *
 * @param directory cdktf's output
 * @param root of the checkout that it was made from
 */
export function readSnapshot(directory: string, root: string, facts: Readonly<Record<string, Data>>): Snapshot {
  const stacks = join(directory, "stacks");
  const names = existsSync(stacks) ? readdirSync(stacks).sort() : [];
  return {
    stacks: Object.fromEntries(
      names.map((name) => {
        const text = readFileSync(join(stacks, name, "cdk.tf.json"), "utf8");
        return [name, JSON.parse(text.replaceAll(root, CHECKOUT)) as DataObject];
      }),
    ),
    facts,
    files: Object.fromEntries(
      ["charts", "helm-values"].flatMap((folder) => filesBelow(root, folder)).map((path) => [path, read(root, path)]),
    ),
  };
}

/**
 * The facts of an environment as plain data: a length of time is `{ milliseconds }`, a size `{ bytes }`. By what a value can do
 * and not by its class: those of another revision are others.
 */
export function plainFacts(value: unknown): Data {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) return value.map(plainFacts);
  const amount = value as { toMilliseconds?(): number; toBytes?(): number };
  if (amount.toMilliseconds) return { milliseconds: amount.toMilliseconds() };
  if (amount.toBytes) return { bytes: amount.toBytes() };
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
      one === undefined ? [] : [[key, plainFacts(one)]],
    ),
  );
}

function filesBelow(root: string, path: string): string[] {
  if (!existsSync(join(root, path))) return [];
  return readdirSync(join(root, path), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(root, `${path}/${entry.name}`) : [`${path}/${entry.name}`]))
    .filter((file) => /\.(ya?ml|tpl|json)$/.test(file))
    .sort();
}

function read(root: string, path: string): string {
  return readFileSync(join(root, path), "utf8");
}
