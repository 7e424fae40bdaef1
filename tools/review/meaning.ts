import { parseAllDocuments } from "yaml";
import { canonical, type Data, type DataObject, isList, isObject } from "./data";

/**
 * What data means: JSON and YAML inside of texts are data, and lists whose entries have names are objects by these names, so
 * that an order that says nothing is none. Kept as data; see differences.ts for what is generated.
 */
export function meaningOf(data: Data, key = ""): Data {
  if (typeof data === "string") {
    const inner = structure(data);
    return inner === undefined ? data : meaningOf(inner, key);
  }
  if (isList(data)) return listMeaning(data, key);
  if (!isObject(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, meaningOf(value, name)]));
}

/** What a text holds that is JSON, or YAML of more than a word; undefined if it is just text. */
export function structure(text: string): Data | undefined {
  if (text.startsWith("${")) return undefined;
  if (/^\s*[[{]/.test(text)) {
    const json = parsedJson(text);
    if (json !== undefined) return json;
  }
  // A mapping of one line is rather a sentence with a colon.
  if (!/^[\w."@-]+:(\s|$)/m.test(text) || !text.includes("\n")) return undefined;
  // Terraform's escape of a text that is no reference.
  const documents = parseAllDocuments(text.replaceAll("$${", "${"), { logLevel: "silent" });
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return undefined;
  const all = documents.map((document) => document.toJS() as Data);
  if (!all.every((one) => typeof one === "object" && one !== null)) return undefined;
  return all.length === 1 ? all[0] : all;
}

function parsedJson(text: string): Data | undefined {
  for (const candidate of [text, text.replaceAll("$${", "${")]) {
    try {
      return JSON.parse(candidate) as Data;
    } catch {
      // Then it is text.
    }
  }
  return undefined;
}

/** Lists that are sets whatever is in them. */
const SETS: ReadonlySet<string> = new Set(["depends_on"]);

function listMeaning(list: readonly Data[], key: string): Data {
  if (SETS.has(key)) return [...new Set(list.map(canonical))].sort().map((one) => JSON.parse(one) as Data);
  const variables = asVariables(list);
  if (variables) return meaningOf(variables);
  for (const keyOf of KEYS) {
    const keys = list.map((one) => (isObject(one) ? keyOf(one) : undefined));
    if (keys.length > 0 && keys.every((one) => one !== undefined) && new Set(keys).size === keys.length) {
      return Object.fromEntries(list.map((one, index) => [String(keys[index]), meaningOf(unwrapped(one))]));
    }
  }
  return list.map((one) => meaningOf(one));
}

/** Docker's spelling of variables: `NAME=value`. */
function asVariables(list: readonly Data[]): DataObject | undefined {
  const pairs = list.map((one) => (typeof one === "string" ? /^([A-Z_][A-Z0-9_]*)=([\s\S]*)$/.exec(one) : null));
  if (list.length === 0 || !pairs.every((pair) => pair !== null)) return undefined;
  const names = pairs.map(([, name = ""]) => name);
  if (new Set(names).size !== names.length) return undefined;
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value]));
}

/** What tells the entries of a list apart, the best first. */
const KEYS: readonly ((one: DataObject) => string | undefined)[] = [
  ({ kind, metadata }) => (isObject(metadata) ? joined(kind, metadata["name"]) : undefined),
  ({ api, name }) => joined(api, name),
  ({ metadata }) => (isObject(metadata) ? word(metadata["name"]) : undefined),
  ({ name }) => word(name),
  ({ label }) => word(label),
  ({ mount_path: path }) => word(path),
  ({ mountPath: path }) => word(path),
  ({ container_path: path }) => word(path),
  ({ secretName: name }) => word(name),
  ({ internal, protocol }) => joined(internal, protocol),
  ({ id }) => word(id),
  ({ key }) => word(key),
];

function joined(one: Data | undefined, other: Data | undefined): string | undefined {
  const [first, second] = [word(one), word(other)];
  return first !== undefined && second !== undefined ? `${first}/${second}` : undefined;
}

function word(data: Data | undefined): string | undefined {
  return typeof data === "string" || typeof data === "number" ? String(data) : undefined;
}

/** A name and a value are a value: the name is the key already. */
function unwrapped(one: Data): Data {
  if (!isObject(one)) return one;
  const { value, ...rest } = one;
  const others = Object.keys(rest);
  return value !== undefined && others.length === 1 && (others[0] === "name" || others[0] === "label") ? value : one;
}
