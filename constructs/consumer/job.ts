import { createHash } from "node:crypto";
import { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import { type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { PodGroup } from "../kubernetes/network";
import type { EnvValue } from "../kubernetes/pod";
import type { KubernetesSite } from "../kubernetes/site";
import { jobSpec, type ProgramProps } from "./job-spec";

export interface ProgramJobProps extends ProgramProps {
  /** What the Job's name begins with, and the component of its pods. */
  readonly name: string;
  /** Variables that are known only once everything has been declared. @default none */
  readonly lateEnv?: Readonly<Record<string, () => string>>;
  /** @default none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Runs one command of the consumer's image to its end, which a deploy waits for. It runs again when anything about it
 * changes: its name ends with a hash of all that it is, because a Job cannot be changed.
 */
export class ProgramJob extends Construct {
  /** What waits for it depends on this. */
  readonly done: ITerraformDependable;
  readonly pods: PodGroup;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: ProgramJobProps) {
    super(scope, id);
    this.pods = new PodGroup(this, site, props.name);
    const spec = (late: Readonly<Record<string, EnvValue>>) =>
      jobSpec(site, { ...props, env: { ...props.env, ...late } });
    const late = Object.entries(props.lateEnv ?? {});
    const name = () => {
      const values = Object.fromEntries(late.map(([variable, produce]) => [variable, produce()]));
      return `${props.name}-${hash(JSON.stringify(spec(values).template))}`;
    };
    const tokens = Object.fromEntries(late.map(([variable, produce]) => [variable, Lazy.stringValue({ produce })]));
    this.done = new JobV1(this, "Resource", {
      metadata: { ...site.metadata(props.name), name: Lazy.stringValue({ produce: name }) },
      spec: spec(tokens),
      waitForCompletion: true,
      timeouts: { create: "10m", update: "10m" },
      ...(props.dependsOn?.length ? { dependsOn: [...props.dependsOn] } : {}),
    });
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
