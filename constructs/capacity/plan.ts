import { ConfigurationError } from "../core/validation";
import { type ConsumerPlan, planConsumer } from "./consumer";
import type { Derived, Quantity } from "./derived";
import { type ElasticsearchPlan, type MastersPlan, planElasticsearch, type TierPlan } from "./elasticsearch";
import { type FilebeatPlan, planFilebeat } from "./filebeat";
import { type KafkaPlan, planKafka } from "./kafka";
import { type CapacityLimits, limitsWith } from "./limits";
import { type Load, loadOf } from "./load";
import { type MonthlyVolume, monthlyVolume } from "./volume";
import { type SpreadObjectives, type Workload, workloadProblems } from "./workload";

/** Sizes for a workload, each with the rule that it follows from. */
export interface CapacityPlan {
  readonly workload: Workload;
  readonly objectives: SpreadObjectives;
  readonly limits: CapacityLimits;
  readonly load: Load;
  readonly kafka: KafkaPlan;
  readonly consumer: ConsumerPlan;
  readonly elasticsearch: ElasticsearchPlan;
  readonly filebeat: FilebeatPlan;
  readonly monthly: MonthlyVolume;
}

/**
 * The sizes that carry a workload and keep its objectives. The same input always gives the same plan, and more load never
 * needs less.
 *
 * @param own figures that take the place of the model's own, such as one that was measured
 * @throws ConfigurationError naming everything in the workload and its objectives that makes no sense
 */
export function planCapacity(
  workload: Workload,
  objectives: SpreadObjectives,
  own: Partial<CapacityLimits> = {},
): CapacityPlan {
  const problems = workloadProblems(workload, objectives);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const limits = limitsWith(own);
  const load = loadOf(workload, objectives, limits);
  const kafka = planKafka(load, objectives, limits);
  return {
    workload,
    objectives,
    limits,
    load,
    kafka,
    consumer: planConsumer(load, objectives, limits),
    elasticsearch: planElasticsearch(load, objectives, limits),
    filebeat: planFilebeat(load, limits),
    monthly: monthlyVolume(workload, objectives, load, kafka.replicationFactor.value, limits),
  };
}

export interface PlanRow extends Derived<Quantity> {
  /** `kafka.partitions`, `elasticsearch.hot.nodes` */
  readonly name: string;
}

/** Every number of a plan, in the order of the way that a line takes. */
export function planRows(plan: CapacityPlan): PlanRow[] {
  const { filebeat, kafka, consumer, elasticsearch, monthly } = plan;
  const { hot, warm, masters, ...indices } = elasticsearch;
  return [
    ...rows("filebeat", filebeat),
    ...rows("kafka", kafka),
    ...rows("consumer", consumer),
    ...rows("elasticsearch", indices),
    ...rows("elasticsearch.hot", hot),
    ...(warm ? rows("elasticsearch.warm", warm) : []),
    ...(masters ? rows("elasticsearch.masters", masters) : []),
    ...rows("monthly", monthly),
  ];
}

type Section =
  | FilebeatPlan
  | KafkaPlan
  | ConsumerPlan
  | MonthlyVolume
  | TierPlan
  | MastersPlan
  | Omit<ElasticsearchPlan, "hot" | "warm" | "masters">;

function rows(section: string, numbers: Section): PlanRow[] {
  return Object.entries(numbers as unknown as Record<string, Derived<Quantity>>).map(([name, number]) => ({
    name: `${section}.${name}`,
    ...number,
  }));
}
