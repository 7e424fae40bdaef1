import { Release } from "@cdktf/provider-helm/lib/release";
import { Fn, type ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { literal } from "../core/literal";
import { REPOSITORY_ROOT } from "../core/repository-root";
import { isDnsLabel, Problems } from "../core/validation";

/** A chart that others make, at an exact version, which makes its images exact as well. */
export interface Chart {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
}

export interface OperatorProps {
  /** Where it runs. It is there before. */
  readonly namespace: string;
  /** Namespaces whose objects it acts on, beside its own. They are there before: it is given its rights in each of them. */
  readonly watches: readonly string[];
  /** @default none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

export interface OperatorReleaseProps extends OperatorProps {
  /** Of the release. */
  readonly name: string;
  readonly chart: Chart;
  /** What follows from facts. Constants are in helm-values/, in the file that is named as the chart. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The chart's definitions of custom resources come from elsewhere. @default false */
  readonly skipCrds?: boolean;
}

/** An operator's release, which is applied when its pods are ready. */
export function operatorRelease(scope: Construct, id: string, props: OperatorReleaseProps): Release {
  const { name, chart, namespace, watches, values, skipCrds, dependsOn = [] } = props;
  requireNamespaces(name, namespace, watches);
  return new Release(scope, id, {
    name,
    namespace,
    repository: chart.repository,
    chart: chart.name,
    version: chart.version,
    // Where both say something the latter counts; a list counts as a whole.
    values: [constants(chart), literal(JSON.stringify(values))],
    ...(skipCrds ? { skipCrds } : {}),
    wait: true,
    timeout: PATIENCE_SECONDS,
    maxHistory: 10,
    ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
  });
}

/** Images are pulled meanwhile. */
const PATIENCE_SECONDS = 600;

/** As JSON, so that a plan shows what changes in them, and a comment changes nothing. */
function constants({ name }: Chart): string {
  return Fn.jsonencode(Fn.yamldecode(Fn.file(`${REPOSITORY_ROOT}/helm-values/${name}.yaml`)));
}

function requireNamespaces(operator: string, namespace: string, watches: readonly string[]): void {
  const problems = new Problems().require(
    watches.length > 0,
    `${operator}: 'watches' is empty, which is its own namespace to one operator and every namespace to another: name those that it shall act in`,
  );
  for (const one of [namespace, ...watches]) {
    problems.require(
      isDnsLabel(one),
      `${operator}: '${one}' must be the name of a namespace: lower-case letters, digits and '-'`,
    );
  }
  problems.throwIfAny();
}
