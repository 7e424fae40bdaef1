import { type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

type Labels = Readonly<Record<string, string>>;

/** What the generated classes of resources and of pod templates have in common. */
interface Labelled {
  readonly metadataInput: { readonly labels?: Labels } | undefined;
  putMetadata(metadata: { readonly labels?: Labels }): void;
}

interface Template extends Labelled {
  readonly specInput: { readonly container?: readonly { readonly image?: string }[] } | undefined;
}

/**
 * What everything of an environment on Kubernetes has in common, on every object and every pod template. What a construct says
 * itself stays as it is, and so do selectors: a pod that has more labels than are asked for is still selected.
 */
export class StandardLabels implements IAspect {
  private readonly labels: Labels;

  constructor(environment: string) {
    this.labels = standardLabels(environment);
  }

  visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node) || !node.terraformResourceType.startsWith("kubernetes_")) return;
    if (!isLabelled(node)) return;
    addLabels(node, this.labels);
    const template = templateOf(node);
    if (template) addLabels(template, { ...this.labels, ...versionOf(template) });
  }
}

export function standardLabels(environment: string): Record<string, string> {
  return {
    "app.kubernetes.io/part-of": "log-pipeline",
    "app.kubernetes.io/managed-by": "cdktf",
    "app.kubernetes.io/instance": environment,
  };
}

function addLabels(to: Labelled, labels: Labels): void {
  // Not with an override: that splits its path on dots, and labels have some.
  to.putMetadata({ ...to.metadataInput, labels: { ...labels, ...to.metadataInput?.labels } });
}

/** Of a Deployment and its like: `spec.template`; of a CronJob: `spec.jobTemplate.spec.template`. */
function templateOf(owner: unknown): Template | undefined {
  const { spec } = owner as { readonly spec?: { readonly template?: unknown; readonly jobTemplate?: unknown } };
  if (spec?.jobTemplate) return templateOf(spec.jobTemplate);
  return isLabelled(spec?.template) ? (spec.template as Template) : undefined;
}

function isLabelled(part: unknown): part is Labelled {
  return typeof part === "object" && part !== null && "putMetadata" in part;
}

/** The tag of the first container's image, as far as a label can hold it; none if it has only a digest. */
function versionOf(template: Template): Labels {
  const image = template.specInput?.container?.[0]?.image ?? "";
  const tag = /:([\w.-]+)(?:@.*)?$/.exec(image.replace(/@.*$/, ""))?.[1];
  const version = tag?.slice(0, 63).replace(/^[^a-zA-Z0-9]+|[^a-zA-Z0-9]+$/g, "");
  return version ? { "app.kubernetes.io/version": version } : {};
}
