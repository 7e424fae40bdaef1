import { chartCrds, type Helm, helmProgram, releaseObjects } from "./helm";
import { type Context, type KubernetesObject, objectOf } from "./object";
import type { OpenApi } from "./openapi";
import { identity, inOrder } from "./order";
import { type Note, Refusals } from "./problems";
import { References } from "./references";
import { dataOf, readStack, type Resource, resourcesOf, type Stack, withData } from "./stack";

/**
 * The Kubernetes objects of an environment, in the order in which they are to be made.
 *
 * @param stacks all stacks of the environment by their names, as cdktf writes them (cdk.tf.json)
 * @param helm renders charts. @default helm from the PATH
 * @param only the stacks whose objects are wanted; what they refer to may be in others. @default all of them
 * @throws UserError naming everything that cannot be translated
 */
export async function renderManifests(
  stacks: Readonly<Record<string, string>>,
  openapi: OpenApi,
  helm: Helm = helmProgram("helm"),
  only: readonly string[] = Object.keys(stacks),
): Promise<readonly KubernetesObject[]> {
  const refusals = new Refusals();
  const all = Object.entries(stacks).map(([name, text]) => readStack(name, text));
  const wanted: Stack[] = [];
  for (const stack of all.filter(({ name }) => only.includes(name))) {
    const context = { openapi, references: new References(all) };
    wanted.push(await withCharts(stack, context, refusals, helm));
  }
  const references = new References([...all.filter(({ name }) => !only.includes(name)), ...wanted]);
  const made = new Map<string, KubernetesObject>();
  for (const resource of wanted.flatMap((stack) => resourcesOf(stack, refusals))) {
    const note = noteOf(resource, refusals);
    const before = refusals.count;
    const objects = await objectsOf(resource, { openapi, references, note }, helm);
    // Of what is not whole there is no more to say.
    if (refusals.count > before) continue;
    for (const object of objects) {
      requireNamespace(object, openapi, note);
      if (made.has(identity(object))) note("", `another resource makes the same object, ${identity(object)}`);
      made.set(identity(object), object);
    }
  }
  refusals.throwIfAny();
  return inOrder([...made.values()]);
}

/** A stack in which the charts that Terraform reads are read. */
async function withCharts(
  stack: Stack,
  context: Omit<Context, "note">,
  refusals: Refusals,
  helm: Helm,
): Promise<Stack> {
  let read = stack;
  for (const chart of dataOf(stack, "helm_template")) {
    const crds = await chartCrds(chart, { ...context, note: noteOf(chart, refusals) }, helm);
    read = withData(read, chart, { crds });
  }
  return read;
}

function noteOf({ stack, type, id }: Resource, refusals: Refusals): Note {
  return refusals.at(`stack '${stack.name}'`, `${type}.${id}`);
}

async function objectsOf(resource: Resource, context: Context, helm: Helm): Promise<readonly KubernetesObject[]> {
  if (resource.type === "helm_release") return releaseObjects(resource, context, helm);
  if (resource.type.startsWith("kubernetes_")) return [objectOf(resource, context) ?? []].flat();
  context.note("", "only resources of the providers kubernetes and helm are objects of Kubernetes");
  return [];
}

function requireNamespace({ apiVersion, kind, metadata }: KubernetesObject, openapi: OpenApi, note: Note): void {
  if (openapi.isNamespaced(apiVersion, kind) && !metadata.namespace) {
    note("metadata", "without 'namespace' Terraform means 'default', and kubectl what its context says: set it");
  }
}
