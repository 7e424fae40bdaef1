import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { literal } from "../../constructs/core/literal";
import { exec, ExecError, hasProgram } from "../lib/exec";
import { UserError } from "../lib/user-error";
import { repositoryPath } from "./functions";
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
  "take_ownership",
  "timeout",
  "wait",
  "wait_for_jobs",
]);

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const CHART = {
  chart: z.string(),
  repository: z.string().optional(),
  version: z.string().optional(),
};

type Chart = z.output<z.ZodObject<typeof CHART>>;

/** What else there is is refused: it could change what is rendered. */
const REFUSE_OTHERS = {
  error: (issue: z.core.$ZodRawIssue) =>
    issue.code === "unrecognized_keys" ? `these attributes are not translated: ${issue.keys.join(", ")}` : undefined,
};

const release = z.strictObject(
  {
    name: z.string(),
    // Without one, Terraform means 'default', and an object of the chart that names none would land anywhere.
    namespace: z.string("it must be set"),
    ...CHART,
    values: z.array(z.string()).default([]),
    set: z
      .array(z.strictObject({ name: z.string(), value: text, type: z.enum(["auto", "string", "literal"]).optional() }))
      .default([]),
    set_list: z.array(z.strictObject({ name: z.string(), value: z.array(text) })).default([]),
    skip_crds: z.boolean().default(false),
    create_namespace: z.literal(false, "make the namespace a resource of its own").optional(),
  },
  REFUSE_OTHERS,
);

export type Release = z.output<typeof release>;

/** A chart that Terraform reads; of what it knows then, only `crds` is known here. */
const template = z.strictObject({ name: z.string(), namespace: z.string("it must be set"), ...CHART }, REFUSE_OTHERS);

/** The arguments of `helm template` for a release whose values are in files. */
export function templateArguments(
  { name, namespace, set, set_list, skip_crds, ...chart }: Release,
  valueFiles: readonly string[],
  kubeVersion: string | undefined,
): string[] {
  const [address, ...where] = chartArguments(chart);
  return [
    "template",
    name,
    address,
    `--namespace=${namespace}`,
    // What only `helm test` makes.
    "--skip-tests",
    ...where,
    ...(kubeVersion ? [`--kube-version=${kubeVersion}`] : []),
    ...(skip_crds ? [] : ["--include-crds"]),
    ...valueFiles.map((file) => `--values=${file}`),
    ...set.map((one) => `--set${one.type && one.type !== "auto" ? `-${one.type}` : ""}=${one.name}=${one.value}`),
    ...set_list.map((one) => `--set=${one.name}={${one.value.join(",")}}`),
  ];
}

/** What names a chart to helm: its address, and where to look for it. */
function chartArguments({ chart, repository, version }: Chart): [string, ...string[]] {
  const registry = repository?.startsWith("oci://") ? repository.replace(/\/$/, "") : undefined;
  return [
    registry === undefined ? (repositoryPath(chart) ?? chart) : `${registry}/${chart}`,
    ...(repository === undefined || registry !== undefined ? [] : [`--repo=${repository}`]),
    ...(version === undefined ? [] : [`--version=${version}`]),
  ];
}

/** The objects of a `helm_release`; what cannot be rendered is noted. */
export async function releaseObjects(
  resource: Resource,
  context: Context,
  helm: Helm,
): Promise<readonly KubernetesObject[]> {
  const { openapi, note } = context;
  const checked = checkedConfiguration(resource, release, context);
  if (!checked) return [];
  const output = await printed(checked, note, () => render(checked, openapi.version, helm));
  // As helm itself reads what it prints: `mode: 0644` is octal.
  return parseAllDocuments(output ?? "", { version: "1.1" }).flatMap((document) => {
    for (const { message } of document.errors) note("", `what helm prints is no YAML: ${message}`);
    return document.errors.length > 0
      ? []
      : released(document.toJS() as Properties | null, checked.namespace, openapi, note);
  });
}

/**
 * The attribute `crds` of a `data.helm_template`: a text for each file that the chart has in crds/, as Terraform would take
 * it for a template. What cannot be had is noted.
 */
export async function chartCrds(
  resource: Resource,
  { openapi, references, note }: Context,
  helm: Helm,
): Promise<readonly string[]> {
  const checked = checkedConfiguration(resource, template, { references, note });
  if (!checked) return [];
  const { name, namespace, ...chart } = checked;
  // `helm show crds` prints nothing between two files.
  const release = { name, namespace, ...chart, values: [], set: [], set_list: [], skip_crds: false };
  const output = await printed(chart, note, () => render(release, openapi.version, helm));
  return (output ?? "")
    .split(/^---\n(?=# Source: )/m)
    .filter((file) => /^# Source: \S+\/crds\//.test(file))
    .map(literal);
}

/** What is set of a resource, if all of it is known and understood; what is not is noted. */
function checkedConfiguration<Schema extends z.ZodType>(
  resource: Resource,
  schema: Schema,
  { references, note }: Pick<Context, "references" | "note">,
): z.output<Schema> | undefined {
  let resolved = true;
  const given = configurationOf(resource, INSTALLATION_ONLY, {
    references,
    note: (path, why) => {
      resolved = false;
      note(path, why);
    },
  });
  if (!resolved) return undefined;
  const checked = schema.safeParse(given);
  if (checked.success) return checked.data;
  for (const { path, message } of checked.error.issues) note(path.join("."), message);
  return undefined;
}

/** What helm prints; undefined, and noted, if it cannot. */
async function printed(
  { chart, repository, version }: Chart,
  note: Note,
  run: () => Promise<string>,
): Promise<string | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ExecError)) throw error;
    const elsewhere =
      repository && error instanceof ExecError
        ? `helm could not get or render chart ${[chart, version].filter(Boolean).join(" ")} of ${repository} ('--stack' chooses stacks: where a repository cannot be reached, leave out those that need it): `
        : "";
    note("", `${elsewhere}${error.message}`);
    return undefined;
  }
}

async function render(checked: Release, kubeVersion: string | undefined, helm: Helm): Promise<string> {
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
