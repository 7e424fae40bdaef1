import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "./object";
import { rank } from "./order";
import { toYaml } from "./yaml";

/** The first line of each file: one that has it is ours to remove. */
const HEADER = "# Rendered by 'npm run manifests': changes are overwritten.\n";

/**
 * Writes one file an object; sorted by name, they are in the order in which they are to be made. Files of objects that are
 * no more are removed, and nothing else.
 *
 * @returns how many there are
 */
export function writeManifests(objects: readonly KubernetesObject[], directory: string): number {
  mkdirSync(directory, { recursive: true });
  const files = new Map(objects.map((object) => [fileName(object), HEADER + toYaml([object])]));
  for (const name of readdirSync(directory)) {
    const file = join(directory, name);
    if (name.endsWith(".yaml") && !files.has(name) && readFileSync(file, "utf8").startsWith(HEADER)) rmSync(file);
  }
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
  return files.size;
}

function fileName(object: KubernetesObject): string {
  const { apiVersion, kind, metadata } = object;
  const group = apiVersion.includes("/") ? `.${apiVersion.slice(0, apiVersion.indexOf("/"))}` : "";
  const name = metadata.name ?? `${metadata.generateName}generated`;
  return [String(rank(object)).padStart(2, "0"), `${kind.toLowerCase()}${group}`, metadata.namespace, `${name}.yaml`]
    .filter((part) => part !== undefined)
    .map(encodeURIComponent)
    .join("_");
}
