import { describe, expect, test } from "@jest/globals";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { allEnvironments } from "../../environments";
import type { EnvironmentConfig } from "../../environments/environment";
import { environmentProblems } from "../../environments/environment-validation";
import { changed, OPERATED } from "../support/environments";

interface Break {
  /** As an environment file spells it. */
  readonly path: string;
  /** Undefined removes it. */
  readonly value: unknown;
  /** Where the message names what is missing with it. @default `path` */
  readonly names?: string;
  /** It is broken by being said as well. @default false */
  readonly optional?: true;
}

/** One fact of an environment, and what it must not be, whatever the others are. */
const BREAKS: readonly Break[] = [
  { path: "name", value: "Production" },
  { path: "platform.cluster.kubeconfig", value: "" },
  { path: "platform.cluster.context", value: "" },
  { path: "platform.namespace.name", value: "Logs" },
  { path: "platform.imageRegistry", value: "https://registry.test" },
  { path: "platform.zones", value: 0 },
  { path: "platform.operators", value: undefined },
  { path: "platform.operators.namespace.name", value: "_" },
  { path: "platform.kafka", value: undefined, names: "kafka.brokers" },
  { path: "platform.kafka.controllers.nodes", value: 2 },
  { path: "platform.kafka.controllers.memory", value: Size.mebibytes(300) },
  { path: "platform.elasticsearch", value: undefined, names: "elasticsearch.nodes" },
  { path: "platform.elasticsearch.masters.nodes", value: 2 },
  { path: "platform.elasticsearch.masters.memory", value: Size.mebibytes(512) },
  { path: "platform.elasticsearch.masters.storage", value: Size.mebibytes(512) },
  { path: "platform.elasticsearch.warm", value: undefined },
  { path: "platform.elasticsearch.warm.nodes", value: 1 },
  { path: "platform.elasticsearch.warm.memory", value: Size.mebibytes(512) },
  { path: "platform.elasticsearch.warm.storage", value: Size.gibibytes(2) },
  { path: "platform.elasticsearch.snapshots", value: undefined },
  { path: "platform.elasticsearch.snapshots.repository.bucket", value: "" },
  { path: "platform.elasticsearch.snapshots.credentialsSecret", value: "Secret" },
  { path: "platform.elasticsearch.snapshots.schedule", value: "daily" },
  { path: "platform.elasticsearch.snapshots.expireAfter", value: Duration.days(0) },
  { path: "platform.elasticsearch.snapshots.minCount", value: 1000 },
  { path: "platform.elasticsearch.snapshots.maxCount", value: 8 },
  { path: "platform.ingress.className", value: "" },
  { path: "platform.ingress.controllerNamespace", value: "Ingress" },
  { path: "platform.ingress.tlsSecret", value: "" },
  { path: "platform.ingress.authentication.issuerUrl", value: "http://accounts.test" },
  { path: "platform.ingress.authentication.clientId", value: "" },
  { path: "platform.ingress.authentication.emailDomains", value: [] },
  { path: "platform.claims.kafka", value: Size.gibibytes(1) },
  { path: "platform.claims.elasticsearch", value: Size.mebibytes(512) },
  { path: "platform.nodeDirectories.logs", value: "logs" },
  { path: "platform.nodeDirectories.filebeat", value: "/../x" },
  { path: "state.bucket", value: "" },
  { path: "workload", value: undefined },
  { path: "workload.eventsPerSecond", value: 0 },
  { path: "workload.peakFactor", value: 0.5 },
  { path: "objectives", value: undefined },
  { path: "objectives.kafkaBridgesOutageOf", value: Duration.days(3) },
  { path: "objectives.delete", value: Duration.days(1) },
  { path: "objectives.replicas", value: 7 },
  { path: "kafka.brokers", value: 2 },
  { path: "kafka.memory", value: Size.mebibytes(300) },
  { path: "kafka.heap", value: Size.gibibytes(64), optional: true },
  { path: "kafka.logs.partitions", value: 0 },
  { path: "kafka.logs.replicationFactor", value: 100 },
  { path: "kafka.logs.minInSyncReplicas", value: 100 },
  { path: "kafka.logs.retention", value: Duration.hours(1) },
  { path: "kafka.logs.retentionBytes", value: Size.mebibytes(1) },
  { path: "kafka.logs.maxMessage", value: Size.mebibytes(1), optional: true },
  { path: "kafka.deadLetters.retention", value: Duration.hours(1) },
  { path: "elasticsearch.nodes", value: 0 },
  { path: "elasticsearch.memory", value: Size.mebibytes(512) },
  { path: "elasticsearch.heap", value: Size.gibibytes(31), optional: true },
  { path: "elasticsearch.shards", value: 0 },
  { path: "elasticsearch.replicas", value: 20 },
  { path: "elasticsearch.lifecycle.rolloverSize", value: Size.gibibytes(500) },
  { path: "elasticsearch.lifecycle.rolloverAge", value: Duration.minutes(5) },
  { path: "elasticsearch.lifecycle.warmAfter", value: Duration.days(300) },
  { path: "elasticsearch.lifecycle.deleteAfter", value: Duration.days(1) },
  { path: "elasticsearch.healContent", value: "@daily" },
  { path: "kibana.replicas", value: 0 },
  { path: "kibana.publicUrl", value: "http://logs" },
  { path: "filebeat.maxLine", value: Size.mebibytes(2), optional: true },
  { path: "consumer.replicas", value: 0 },
  { path: "consumer.autoscaling.maxReplicas", value: 1000 },
  { path: "consumer.autoscaling.minReplicas", value: 1000 },
  { path: "consumer.gracePeriod", value: Duration.seconds(1), optional: true },
  { path: "consumer.memory", value: Size.mebibytes(100) },
  { path: "consumer.batchSize", value: Size.gibibytes(1) },
];

const ENVIRONMENTS: readonly EnvironmentConfig[] = [...allEnvironments(), OPERATED];

describe.each(ENVIRONMENTS.map((environment) => [environment.name, environment] as const))("%s", (_, environment) => {
  test.each(BREAKS.filter(({ path, optional }) => optional || factAt(environment, path) !== undefined))(
    "with another '$path' is refused by that name",
    ({ path, value, names = path }) => {
      const problems = environmentProblems(changed(environment, { [path]: value }));
      expect(problems.filter((problem) => problem.includes(`'${names}'`))).not.toEqual([]);
    },
  );
});

test("every one is a fact of an environment", () => {
  const stated = ({ path, optional }: Break) =>
    optional ?? ENVIRONMENTS.some((environment) => factAt(environment, path) !== undefined);
  expect(BREAKS.filter((fact) => !stated(fact))).toEqual([]);
});

function factAt(environment: EnvironmentConfig, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((fact, name) => (fact as Record<string, unknown> | undefined)?.[name], environment);
}
