import type { ResourceRule } from "./resource-rule";
import { at, below, isMap, type Json, type JsonMap, mapsIn, type Synthesized } from "./synthesized";

/**
 * Every node can be emptied: a disruption budget that lets none of its pods go holds up each upgrade of the cluster until
 * somebody deletes it by hand. Those of the provider are compared with the workload that they select, those in custom resources
 * and in the values of charts with what stands beside them.
 */
export class DrainablePods implements ResourceRule {
  check(resource: Synthesized): string[] {
    if (resource.is("pod_disruption_budget")) {
      const { min_available: minAvailable, max_unavailable: maxUnavailable } = (at(resource.attributes, "spec") ??
        {}) as JsonMap;
      const pods = minAvailable === undefined ? undefined : podsSelected(resource);
      return budgetProblems("spec", { maxUnavailable, minAvailable }, pods);
    }
    return [...resource.objects, ...resource.values].flatMap(({ path, value }) => [
      ...(value["kind"] === "PodDisruptionBudget" ? budgetProblems(`${path}.spec`, value["spec"]) : []),
      ...mapsIn(value, path).flatMap((one) => {
        const { podDisruptionBudget: budget } = one.value;
        const where = below(one.path, "podDisruptionBudget");
        const pods = podsOf(value) ?? podsOfChart(one.value);
        // Elastic's has a spec of its own.
        return [...budgetProblems(where, budget, pods), ...budgetProblems(`${where}.spec`, at(budget, "spec"), pods)];
      }),
    ]);
  }
}

/** How many pods a budget is for, and what they are. */
interface Pods {
  readonly count: number;
  readonly of: string;
}

function budgetProblems(path: string, budget: unknown, pods?: Pods): string[] {
  if (!isMap(budget) || budget["enabled"] === false) return [];
  const [maxUnavailable, minAvailable] = [stated(budget["maxUnavailable"]), stated(budget["minAvailable"])];
  const refused = (values: string, mend: string) => [
    `'${path}' lets no pod go (${values}), so that no node can be emptied: ${mend}`,
  ];
  if (maxUnavailable !== undefined && Number.parseInt(maxUnavailable) === 0) {
    return refused(`maxUnavailable ${maxUnavailable}`, "set it to at least 1");
  }
  if (minAvailable === undefined) return [];
  // Of an unknown number, all is all the same.
  const count = pods?.count ?? 100;
  if (needed(minAvailable, count) < count || (!pods && !minAvailable.endsWith("%"))) return [];
  const of = pods ? `, of ${pods.count} of ${pods.of}` : "";
  return refused(`minAvailable ${minAvailable}${of}`, "set 'maxUnavailable' to 1 instead");
}

/** A number or a share; charts say an empty text where they mean nothing. */
function stated(value: Json | undefined): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : String(value);
}

/** Kubernetes rounds a share up. */
function needed(minAvailable: string, count: number): number {
  const number = Number.parseInt(minAvailable);
  return minAvailable.endsWith("%") ? Math.ceil((number / 100) * count) : number;
}

/** Pods of what a budget of the provider selects, in the same stack. */
function podsSelected(budget: Synthesized): Pods | undefined {
  const labels = Object.entries((at(budget.attributes, "spec", "selector", "match_labels") ?? {}) as JsonMap);
  const namespace = at(budget.attributes, "metadata", "namespace");
  const all = budget.all();
  const workloads = all.filter(
    (one) =>
      one.is("deployment", "stateful_set") &&
      at(one.attributes, "metadata", "namespace") === namespace &&
      labels.every(([label, value]) => one.pod?.metadata?.labels?.[label] === value),
  );
  if (workloads.length === 0) return undefined;
  return {
    count: workloads.reduce((sum, one) => sum + fewest(one, all), 0),
    of: workloads.map((one) => `'${String(at(one.attributes, "metadata", "name"))}'`).join(" and "),
  };
}

/** As few pods as a workload has while all is well. */
function fewest({ attributes }: Synthesized, all: readonly Synthesized[]): number {
  const autoscaler = all.find(
    (one) =>
      one.is("horizontal_pod_autoscaler") &&
      at(one.attributes, "metadata", "namespace") === at(attributes, "metadata", "namespace") &&
      at(one.attributes, "spec", "scale_target_ref", "name") === at(attributes, "metadata", "name"),
  );
  return Number(
    (autoscaler ? at(autoscaler.attributes, "spec", "min_replicas") : at(attributes, "spec", "replicas")) ?? 1,
  );
}

/** Pods that an object has by its own words: Elasticsearch's in sets, Kibana's counted. */
function podsOf({ kind, metadata, spec }: JsonMap): Pods | undefined {
  const sets = at(spec, "nodeSets");
  const counts = Array.isArray(sets) ? sets.map((set) => at(set, "count")) : [at(spec, "count")];
  if (!counts.every((count) => typeof count === "number")) return undefined;
  return {
    count: counts.reduce((sum, count) => sum + count, 0),
    of: `${String(kind)} '${String(at(metadata, "name"))}'`,
  };
}

/** Pods that a chart is told to make, beside their budget. */
function podsOfChart({ replicas, replicaCount }: JsonMap): Pods | undefined {
  const count = replicas ?? replicaCount;
  return typeof count === "number" ? { count, of: "the chart's" } : undefined;
}
