import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { exec, ExecError, hasProgram } from "../lib/exec";
import { UserError } from "../lib/user-error";
import { configurationOf, type Context, type KubernetesObject, objectFrom } from "./object";
import type { OpenApi } from "./openapi";
import type { Note } from "./problems";
import { TERRAFORM_ONLY } from "./provider";
import type { Resource } from "./stack";
import type { Properties } from "./translate";

/** Runs helm with arguments and gives what it prints. */
export type Helm = (args: readonly string[]) => Promise<string>;

/** Helm as a program: a path, or a name that the PATH resolves. */
export function helmProgram(program: string): Helm {
  return async (args) => {
    if (!(await hasProgram(program))) {
      throw new UserError(
        `'${program}' cannot be run, and a chart is rendered by helm: install it, or name the program with --helm`,
      );
    }
    return (await exec(program, args)).stdout;
  };
}

/** How a release is installed, which says nothing about its objects. */
const INSTALLATION_ONLY: ReadonlySet<string> = new Set([
  ...TERRAFORM_ONLY,
  "atomic",
  "cleanup_on_fail",
  "description",
  "lint",
  "max_history",
  "timeout",
  "wait",
  "wait_for_jobs",
]);

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** What else a release has is refused: it could change what is rendered. */
const release = z.strictObject(
  {
    name: z.string(),
    // Without one, Terraform means 'default', and an object of the chart that names none would land anywhere.
    namespace: z.string("it must be set"),
    chart: z.string(),
    repository: z.string().optional(),
    version: z.string().optional(),
    values: z.array(z.string()).default([]),
    set: z
      .array(z.strictObject({ name: z.string(), value: text, type: z.enum(["auto", "string", "literal"]).optional() }))
      .default([]),
    set_list: z.array(z.strictObject({ name: z.string(), value: z.array(text) })).default([]),
    skip_crds: z.boolean().default(false),
    create_namespace: z.literal(false, "make the namespace a resource of its own").optional(),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `these attributes are not translated: ${issue.keys.join(", ")}` : undefined,
  },
);

export type Release = z.output<typeof release>;

/** The arguments of `helm template` for a release whose values are in files. */
export function templateArguments(
  { name, namespace, chart, repository, version, set, set_list, skip_crds }: Release,
  valueFiles: readonly string[],
  kubeVersion: string | undefined,
): string[] {
  const registry = repository?.startsWith("oci://") ? repository.replace(/\/$/, "") : undefined;
  return [
    "template",
    name,
    registry === undefined ? chart : `${registry}/${chart}`,
    `--namespace=${namespace}`,
    // What only `helm test` makes.
    "--skip-tests",
    ...(repository === undefined || registry !== undefined ? [] : [`--repo=${repository}`]),
    ...(version === undefined ? [] : [`--version=${version}`]),
    ...(kubeVersion ? [`--kube-version=${kubeVersion}`] : []),
    ...(skip_crds ? [] : ["--include-crds"]),
    ...valueFiles.map((file) => `--values=${file}`),
    ...set.map((one) => `--set${one.type && one.type !== "auto" ? `-${one.type}` : ""}=${one.name}=${one.value}`),
    ...set_list.map((one) => `--set=${one.name}={${one.value.join(",")}}`),
  ];
}

/** The objects of a `helm_release`; what cannot be rendered is noted. */
export async function releaseObjects(
  resource: Resource,
  { openapi, references, note }: Context,
  helm: Helm,
): Promise<readonly KubernetesObject[]> {
  let resolved = true;
  const given = configurationOf(resource, INSTALLATION_ONLY, {
    references,
    note: (path, why) => {
      resolved = false;
      note(path, why);
    },
  });
  if (!resolved) return [];
  const checked = release.safeParse(given);
  if (!checked.success) {
    for (const { path, message } of checked.error.issues) note(path.join("."), message);
    return [];
  }
  try {
    const output = await template(checked.data, openapi.version, helm);
    // As helm itself reads what it prints: `mode: 0644` is octal.
    return parseAllDocuments(output, { version: "1.1" }).flatMap((document) => {
      for (const { message } of document.errors) note("", `what helm prints is no YAML: ${message}`);
      return document.errors.length > 0
        ? []
        : released(document.toJS() as Properties | null, checked.data.namespace, openapi, note);
    });
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ExecError)) throw error;
    note("", error.message);
    return [];
  }
}

async function template(checked: Release, kubeVersion: string | undefined, helm: Helm): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "helm-values-"));
  try {
    const files = checked.values.map((values, index) => {
      const file = join(folder, `${index}.yaml`);
      writeFileSync(file, values);
      return file;
    });
    return await helm(templateArguments(checked, files, kubeVersion));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An object as helm would install it: in the release's namespace, unless it says another or lives in none. */
function released(
  properties: Properties | null,
  namespace: string,
  openapi: OpenApi,
  note: Note,
): readonly KubernetesObject[] {
  // A template may render to nothing.
  const object = properties ? objectFrom(properties, note) : undefined;
  if (!object) return [];
  const { apiVersion, kind, metadata } = object;
  const what = `${kind} '${metadata.name}'`;
  if (metadata.annotations?.["helm.sh/hook"] !== undefined) {
    note("", `${what} is a hook, which only helm runs`);
    return [];
  }
  if (metadata.namespace) return [object];
  const namespaced = openapi.isNamespaced(apiVersion, kind);
  if (namespaced === undefined) {
    note("", `${what} (${apiVersion}) names no namespace, and the OpenAPI document does not know whether it needs one`);
  }
  return [namespaced ? { ...object, metadata: { ...metadata, namespace } } : object];
}
