import { at, type Data, type DataObject, entriesOf, isList, isObject, sorted, textAt } from "./data";
import { meaningOf, structure } from "./meaning";
import { type SecretLook, secretsIn, withoutSecrets } from "./secrets";
import type { Snapshot } from "./snapshot";

/** One thing that a stack deploys: a resource of Terraform, an object that a release carries, or a piece of content. */
export interface Item {
  /** The same in both revisions: stack, and Terraform's address or what it is called. */
  readonly id: string;
  readonly stack: string;
  /** Terraform's address: its own, or that of what carries it. */
  readonly address: string;
  /** The part of the pipeline that it belongs to, by its construct: `Kafka`. */
  readonly component: string;
  /** Terraform's type, Kubernetes' kind or the API of content: `kubernetes_job_v1`, `KafkaTopic`, `_ilm/policy`. */
  readonly kind: string;
  /** What it is called where it is deployed, without hashes. */
  readonly name: string;
  /** What it says, secrets withheld; see {@link meaningOf}. */
  readonly body: Data;
  /** What looks like a secret in it. */
  readonly secrets: readonly SecretLook[];
}

/** The environments of a revision and what each deploys, by its name. */
export function itemsByEnvironment(snapshot: Snapshot): ReadonlyMap<string, readonly Item[]> {
  const environments = new Map<string, Item[]>(Object.keys(snapshot.facts).map((name) => [name, []]));
  for (const [stack, json] of Object.entries(snapshot.stacks)) {
    const name = environmentOf(stack);
    environments.set(name, [...(environments.get(name) ?? []), ...stackItems(stack, json, snapshot.files)]);
  }
  return environments;
}

/** stacks/stack-names.ts: an environment's name, and which of its stacks it is. */
export function environmentOf(stack: string): string {
  return stack.replace(/-(platform|pipeline)$/, "");
}

function stackItems(stack: string, json: DataObject, files: Snapshot["files"]): Item[] {
  const settings = ["terraform", "provider"].flatMap((kind) =>
    entriesOf(json[kind]).map(([name, body]) => ({
      id: `${stack}|${kind}.${name}`,
      stack,
      address: `${kind}.${name}`,
      component: "Terraform",
      kind: `terraform ${kind === "provider" ? "provider" : "setting"}`,
      name,
      ...said(body),
    })),
  );
  const resources = ["data", "resource"].flatMap((mode) =>
    entriesOf(json[mode]).flatMap(([type, all]) =>
      entriesOf(all).flatMap(([id, body]) => {
        const address = `${mode === "data" ? "data." : ""}${type}.${id}`;
        return resourceItems(stack, address, type, isObject(body) ? body : {}, files);
      }),
    ),
  );
  return [...settings, ...resources];
}

function resourceItems(
  stack: string,
  address: string,
  type: string,
  { "//": about, ...resource }: DataObject,
  files: Snapshot["files"],
): Item[] {
  const component = componentOf(textAt(about, "metadata", "path") ?? address);
  const place = { stack, address, component };
  const carried: Item[] = [];
  const body = taking(withFiles(resource, files), (one) => carried.push(carriedItem(place, one)));
  return [
    {
      ...place,
      id: `${stack}|${address}`,
      kind: type,
      name: nameOf(resource) ?? address.slice(address.indexOf(".") + 1),
      ...said(body, type),
    },
    ...carried,
  ];
}

/** What somebody calls it, without the hash that a Job's name ends with. */
function nameOf(resource: DataObject): string | undefined {
  const metadata = isList(resource["metadata"]) ? resource["metadata"][0] : resource["metadata"];
  return (textAt(metadata, "name") ?? textAt(resource, "name"))?.replace(/-[0-9a-f]{8}$/, "");
}

/** `production-pipeline/Kafka/Topics/Apply/Resource` belongs to `Kafka`. */
function componentOf(path: string): string {
  const [, component = path] = path.split("/");
  const words = component.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

type Carried = { readonly kind: string; readonly name: string; readonly body: Data };

function carriedItem(place: Pick<Item, "stack" | "address" | "component">, { kind, name, body }: Carried): Item {
  return { ...place, id: `${place.stack}|${kind}/${name}`, kind, name, ...said(body) };
}

/** @param type Terraform's, where that alone makes a secret of it */
function said(body: Data, type?: string): Pick<Item, "body" | "secrets"> {
  const tree = type !== undefined && /^kubernetes_secret/.test(type) ? { [type]: body } : body;
  return { body: sorted(meaningOf(withoutSecrets(tree))), secrets: secretsIn(tree) };
}

/** Takes out of a resource what it only carries, wherever it does: in a file, a variable, or the values of a release. */
function taking(data: Data, take: (one: Carried) => void): Data {
  if (typeof data === "string") {
    // A variable of Docker's.
    const [, name = "", value = data] = /^([A-Z_][A-Z0-9_]*=)?([[{][\s\S]*)$/.exec(data) ?? [];
    const inner = structure(value);
    if (inner === undefined || !(carriedIn(inner, "content") ?? carriedIn(inner, "objects"))) return data;
    return `${name}${JSON.stringify(taking(inner, take))}`;
  }
  if (isList(data)) return data.map((one) => taking(one, take));
  if (!isObject(data)) return data;
  const found = carriedIn(data, "content") ?? carriedIn(data, "objects");
  if (!found) return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, taking(value, take)]));
  found.all.forEach(take);
  const { [found.key]: _, ...others } = data;
  return others;
}

/** Pieces of content, or objects of Kubernetes. */
function carriedIn(data: Data, key: "content" | "objects"): { key: string; all: readonly Carried[] } | undefined {
  const list = at(data, key);
  if (!isList(list) || list.length === 0) return undefined;
  const all = list.flatMap((one): Carried[] => {
    const kind = textAt(one, key === "content" ? "api" : "kind");
    const name = textAt(one, ...(key === "content" ? ["name"] : ["metadata", "name"]));
    if (kind === undefined || name === undefined) return [];
    return [{ kind, name, body: key === "content" ? (at(one, "body") ?? {}) : one }];
  });
  return all.length === list.length ? { key, all } : undefined;
}

/** With the files that Terraform would read: their contents count, not where they are. */
function withFiles(resource: DataObject, files: Snapshot["files"]): DataObject {
  const read = (data: Data): Data => {
    if (typeof data === "string") {
      const [, path = ""] = /^\$\{jsonencode\(yamldecode\(file\("(?:\.\.\/)*([^"]+)"\)\)\)\}$/.exec(data) ?? [];
      return files[path] ?? data;
    }
    if (isList(data)) return data.map(read);
    if (!isObject(data)) return data;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, read(value)]));
  };
  const chart = textAt(resource, "chart")?.replace(/^(\.\.\/)+/, "");
  const own = Object.entries(files).filter(([path]) => chart !== undefined && path.startsWith(`${chart}/`));
  return {
    ...(read(resource) as DataObject),
    ...(own.length > 0 ? { "files of the chart": Object.fromEntries(own) } : {}),
  };
}
