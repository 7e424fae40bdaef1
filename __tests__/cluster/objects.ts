import { parseAllDocuments } from "yaml";
import type { Kubectl } from "../../tools/kubernetes/kubectl";
import type { KubernetesObject } from "./cluster";

/** Objects as `npm run manifests` prints them. */
export function parseObjects(yaml: string): readonly KubernetesObject[] {
  return parseAllDocuments(yaml).flatMap((document) => (document.toJS() as KubernetesObject | null) ?? []);
}

/**
 * Applies objects as a person would, strictly: a field that Kubernetes does not know is an error.
 *
 * @returns what kubectl says of each, and its warnings
 */
export async function applyStrictly(
  kubectl: Kubectl,
  objects: readonly KubernetesObject[],
  ...flags: readonly string[]
): Promise<{ readonly applied: readonly string[]; readonly warnings: string }> {
  const said = { applied: [] as string[], warnings: "" };
  for (const [namespace, those] of byNamespace(objects, kubectl.namespace)) {
    const { stdout, stderr } = await kubectl
      .inNamespace(namespace)
      .run(["apply", ...STRICTLY, ...flags, "--filename=-"], { input: list(those) });
    said.applied.push(...stdout.split("\n").filter(Boolean));
    said.warnings += stderr;
  }
  return said;
}

/** What the API server has against an object; empty if nothing. */
export async function refusalOf(kubectl: Kubectl, object: KubernetesObject): Promise<string> {
  const { exitCode, stderr } = await kubectl
    .inNamespace(object.metadata.namespace ?? kubectl.namespace)
    .run(["apply", ...STRICTLY, "--dry-run=server", "--filename=-"], { input: list([object]), allowFailure: true });
  return exitCode === 0 ? "" : stderr;
}

/** Deletes objects, and waits until they are gone. */
export async function remove(kubectl: Kubectl, objects: readonly KubernetesObject[]): Promise<void> {
  if (objects.length === 0) return;
  await kubectl.run(["delete", "--ignore-not-found", "--filename=-"], { input: list(objects) });
}

/** Names of those of the objects that the cluster has. */
export async function existing(kubectl: Kubectl, objects: readonly KubernetesObject[]): Promise<readonly string[]> {
  const args = ["get", "--ignore-not-found", "--output=name", "--filename=-"];
  const { stdout } = await kubectl.run(args, { input: list(objects) });
  return stdout.split("\n").filter(Boolean);
}

/** kubectl holds everything that it is given to the one namespace that it is told. */
function byNamespace(objects: readonly KubernetesObject[], otherwise: string) {
  const groups = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    const namespace = object.metadata.namespace ?? otherwise;
    groups.set(namespace, [...(groups.get(namespace) ?? []), object]);
  }
  return groups;
}

function list(items: readonly KubernetesObject[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

const STRICTLY = ["--server-side", "--field-manager=log-pipeline", "--validate=strict"];
