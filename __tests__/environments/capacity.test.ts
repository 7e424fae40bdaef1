import { expect, test } from "@jest/globals";
import { planRows } from "../../constructs/capacity/plan";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { allEnvironments } from "../../environments";
import { capacityOf, type EnvironmentCapacity, statedSizes } from "../../environments/capacity";
import { dev } from "../../environments/dev";
import type { EnvironmentConfig } from "../../environments/environment";
import { environmentProblems } from "../../environments/environment-validation";
import { managed } from "../../environments/examples/managed";
import { local } from "../../environments/local";
import { changed, kubernetesWith, OPERATED } from "../support/environments";

/** A preview of it has all its facts, so what is derived for one holds for the other. */
test.each(allEnvironments("pr-42").map((environment) => [environment.name, environment] as const))(
  "%s states a workload that it carries",
  (_, environment) => {
    expect(capacityOf(environment)).toBeDefined();
    expect(environmentProblems(environment)).toEqual([]);
  },
);

test("an environment without a workload is compared with nothing", () => {
  const { workload, objectives, ...others } = local;
  const small: EnvironmentConfig = {
    ...others,
    kafka: { ...local.kafka, logs: { ...local.kafka.logs, retention: Duration.minutes(1) } },
  };
  expect([workload, objectives]).not.toContain(undefined);
  expect(capacityOf(small)).toBeUndefined();
  expect(environmentProblems(small)).toEqual([]);
});

test("without a lifecycle, sizes that an environment states are those of its Kafka and consumer; a machine's disk is unknown", () => {
  expect(statedSizes(dev)).toEqual({
    kafka: {
      brokers: 1,
      partitions: 4,
      replicationFactor: 1,
      retention: Duration.hours(24),
      retentionBytes: Size.gibibytes(1),
      diskPerBroker: dev.platform.claims.kafka,
    },
    consumer: { replicas: 2 },
  });
  expect(statedSizes(local).kafka).not.toHaveProperty("diskPerBroker");
});

test("with a lifecycle, sizes are those of Elasticsearch's tiers too", () => {
  const { elasticsearch, platform } = OPERATED;
  const { rolloverSize, rolloverAge, warmAfter, deleteAfter } = elasticsearch.lifecycle;
  const { warm } = platform.elasticsearch;
  expect(statedSizes(OPERATED).elasticsearch).toEqual({
    primaryShards: 1,
    rolloverSize,
    rolloverAge,
    warmAge: warmAfter,
    deleteAge: deleteAfter,
    hot: { nodes: 3, memory: elasticsearch.memory, disk: platform.claims.elasticsearch },
    warm: { nodes: warm.nodes, memory: warm.memory, disk: warm.storage },
  });
  const heap = Size.gibibytes(1);
  expect(statedSizes(changed(OPERATED, { "elasticsearch.heap": heap })).elasticsearch?.hot).toMatchObject({ heap });
});

test("disks of what others run are unknown, and so are their warm nodes", () => {
  const { kafka, elasticsearch } = statedSizes(managed);
  expect(kafka).not.toHaveProperty("diskPerBroker");
  expect(elasticsearch?.hot).not.toHaveProperty("disk");
  expect(elasticsearch).not.toHaveProperty("warm");
  expect(elasticsearch).toMatchObject({ rolloverSize: managed.elasticsearch.lifecycle.rolloverSize });
});

test("what stands beside the plan is every size that an environment states", () => {
  const { plan, beside } = capacityOf(OPERATED) as EnvironmentCapacity;
  const derived = planRows(plan).map(({ name }) => name);
  expect(Object.keys(beside).filter((name) => !derived.includes(name))).toEqual([]);
  expect(derived.filter((name) => !(name in beside))).toEqual([
    "filebeat.cpuMillis",
    "filebeat.queueEvents",
    "kafka.cpusPerBroker",
    "consumer.eventsPerReplica",
    "elasticsearch.hot.data",
    "elasticsearch.hot.shards",
    "elasticsearch.warm.data",
    "elasticsearch.warm.shards",
    "monthly.raw",
    "monthly.kafka",
    "monthly.elasticsearch",
  ]);
  expect(beside["elasticsearch.warm.heap"]?.toString()).toBe("1536 MiB");
});

test("autoscaled consumers are as many as they can become", () => {
  const autoscaled = kubernetesWith({ consumer: { ...dev.consumer, autoscaling: { minReplicas: 1, maxReplicas: 6 } } });
  expect(statedSizes(autoscaled).consumer).toEqual({ replicas: 6, maxReplicas: 6 });
});

test("counts that cannot be are told once", () => {
  const none = { ...dev, kafka: { ...dev.kafka, logs: { ...dev.kafka.logs, partitions: 0 } } };
  expect(environmentProblems(none)).toEqual([
    "topic 'app-logs': 'kafka.logs.partitions' (0) must be a whole number of at least 1",
    "'consumer.replicas' (2) must be at most 'kafka.logs.partitions' (0): the others would have nothing to read; lower it or add partitions",
  ]);
});
