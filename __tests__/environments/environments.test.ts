import { describe, expect, test } from "@jest/globals";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { ConfigurationError } from "../../constructs/core/validation";
import { ENVIRONMENTS, environmentsNamed } from "../../environments";
import type { EnvironmentConfig } from "../../environments/environment";
import { environmentProblems, memoryLimits } from "../../environments/environment-validation";
import { local } from "../../environments/local";
import { KUBERNETES, localWith, platformWith } from "../support/environments";

test.each(ENVIRONMENTS.map((environment) => [environment.name, environment] as const))(
  "%s can work",
  (_, environment) => {
    expect(environmentProblems(environment)).toEqual([]);
  },
);

test("a Kubernetes environment can have more than one of each", () => {
  expect(environmentProblems(KUBERNETES)).toEqual([]);
});

interface Rule {
  readonly rule: string;
  /** At the bound: nothing to say. */
  readonly good: EnvironmentConfig;
  /** Just beyond it. */
  readonly bad: EnvironmentConfig;
  readonly message: string;
}

const { kafka, elasticsearch, consumer } = local;
const logs = kafka.logs;
const total = Size.sum(Object.values(memoryLimits(local)));

function kubernetesWith(change: Partial<EnvironmentConfig>): EnvironmentConfig {
  return { ...KUBERNETES, ...change };
}

function withLogs(base: EnvironmentConfig, change: Partial<EnvironmentConfig["kafka"]["logs"]>): EnvironmentConfig {
  return { ...base, kafka: { ...base.kafka, logs: { ...base.kafka.logs, ...change } } };
}

function withPort(gateway: number): EnvironmentConfig {
  return localWith({ platform: platformWith({ ports: { ...local.platform.ports, gateway } }) });
}

const RULES: Rule[] = [
  {
    rule: "the name is a DNS label",
    good: localWith({ name: "a".repeat(63) }),
    bad: localWith({ name: "Local_1" }),
    message: "'name' ('Local_1') must be a DNS label: lower-case letters, digits and '-'",
  },
  {
    rule: "copies of a topic",
    good: withLogs(KUBERNETES, { replicationFactor: 3 }),
    bad: withLogs(KUBERNETES, { replicationFactor: 4 }),
    message: "topic 'app-logs': 'replicationFactor' (4) must be at most 'brokers' (3): lower it or add a broker",
  },
  {
    rule: "copies in sync",
    good: withLogs(KUBERNETES, { minInSyncReplicas: 3 }),
    bad: withLogs(KUBERNETES, { minInSyncReplicas: 4 }),
    message:
      "topic 'app-logs': 'minInSyncReplicas' (4) must be at most 'replicationFactor' (3): lower it or raise the replication",
  },
  {
    rule: "consumers and partitions",
    good: kubernetesWith({ consumer: { ...consumer, replicas: 12 } }),
    bad: kubernetesWith({ consumer: { ...consumer, replicas: 13 } }),
    message:
      "'consumer.replicas' (13) must be at most 'kafka.logs.partitions' (12): the others would have nothing to read; lower it or add partitions",
  },
  {
    rule: "copies of a shard",
    good: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, replicas: 2 } }),
    bad: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, replicas: 3 } }),
    message:
      "'elasticsearch.replicas' (3) must be below 'elasticsearch.nodes' (3): a copy never shares a node with its original; lower it or add a node",
  },
  {
    rule: "shards",
    good: localWith({ elasticsearch: { ...elasticsearch, shards: 1 } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, shards: 0 } }),
    message: "'elasticsearch.shards' (0) must be at least 1",
  },
  {
    rule: "a dead letter outlives its line",
    good: localWith({ kafka: { ...kafka, deadLetters: { retention: logs.retention } } }),
    bad: localWith({ kafka: { ...kafka, deadLetters: { retention: Duration.hours(23) } } }),
    message:
      "'kafka.deadLetters.retention' (23h) must be at least 'kafka.logs.retention' (24h): a dead letter is all that is left of its line",
  },
  {
    rule: "the consumer's batches fit into its memory",
    good: localWith({ consumer: { ...consumer, memory: Size.mebibytes(8 * 5 + 150) } }),
    bad: localWith({ consumer: { ...consumer, memory: Size.mebibytes(8 * 5 + 149) } }),
    message:
      "'consumer.memory' (189 MiB) cannot hold 8 batches of 'consumer.batchSize' (5 MiB) beside its own 150 MiB: lower the batch or give more memory",
  },
  {
    rule: "the machine's memory",
    good: localWith({ platform: platformWith({ memoryBudget: total }) }),
    bad: localWith({ platform: platformWith({ memoryBudget: Size.bytes(total.toBytes() - 1) }) }),
    message: `the memory limits add up to ${total} (kafka 768 MiB, elasticsearch 1280 MiB, kibana 960 MiB, filebeat 192 MiB, consumer 320 MiB, jaeger 256 MiB, services 192 MiB), above 'platform.memoryBudget' (${total.toBytes() - 1} B): lower one or raise the budget`,
  },
  {
    rule: "one of each on one Engine: brokers",
    good: localWith({ kafka: { ...kafka, brokers: 1 } }),
    bad: localWith({ kafka: { ...kafka, brokers: 2 } }),
    message:
      "one Docker Engine runs one of each: set 'kafka.brokers' (2), 'elasticsearch.nodes' (1) and 'consumer.replicas' (1) to 1",
  },
  {
    rule: "one of each on one Engine: nodes",
    good: localWith({ elasticsearch: { ...elasticsearch, nodes: 1 } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, nodes: 3 } }),
    message:
      "one Docker Engine runs one of each: set 'kafka.brokers' (1), 'elasticsearch.nodes' (3) and 'consumer.replicas' (1) to 1",
  },
  {
    rule: "one of each on one Engine: consumers",
    good: localWith({ consumer: { ...consumer, replicas: 1 } }),
    bad: localWith({ consumer: { ...consumer, replicas: 2 } }),
    message:
      "one Docker Engine runs one of each: set 'kafka.brokers' (1), 'elasticsearch.nodes' (1) and 'consumer.replicas' (2) to 1",
  },
  {
    rule: "no port that needs root",
    good: withPort(1024),
    bad: withPort(1023),
    message: "'platform.ports.gateway' (1023) must be between 1024 and 65535: lower ones need root",
  },
  {
    rule: "no port beyond the last",
    good: withPort(65_535),
    bad: withPort(65_536),
    message: "'platform.ports.gateway' (65536) must be between 1024 and 65535: lower ones need root",
  },
  {
    rule: "no port twice",
    good: withPort(9095),
    bad: withPort(9094),
    message: "'platform.ports.kafka' (9094) is also 'gateway': give each its own",
  },
];

describe.each(RULES)("$rule", ({ good, bad, message }) => {
  test("is kept at its bound", () => {
    expect(environmentProblems(good)).toEqual([]);
  });
  test("tells both values and the mend beyond it", () => {
    expect(environmentProblems(bad)).toEqual([message]);
  });
});

test("several problems are told together", () => {
  const wrong = localWith({
    name: "",
    kafka: { ...kafka, brokers: 0, logs: { ...logs, partitions: 0 } },
    elasticsearch: { ...elasticsearch, shards: 0, replicas: 1 },
    platform: platformWith({ memoryBudget: Size.mebibytes(1) }),
  });
  expect(environmentProblems(wrong).map((problem) => /'([\w.]+)' \(/.exec(problem)?.[1])).toEqual([
    "name",
    "partitions",
    "replicationFactor",
    "consumer.replicas",
    "elasticsearch.replicas",
    "elasticsearch.shards",
    "platform.memoryBudget",
    "kafka.brokers",
  ]);
});

test("memory of sample services counts three times, and not at all where there are none", () => {
  const { sampleServices, ...others } = local;
  expect(memoryLimits(local)["services"]?.toBytes()).toBe(3 * sampleServices.memory.toBytes());
  expect(memoryLimits(others)).not.toHaveProperty("services");
});

describe("environments by name", () => {
  test("none named is all of them", () => {
    expect(environmentsNamed([])).toBe(ENVIRONMENTS);
  });

  test("names choose, in the order in which environments are listed, each once", () => {
    expect(environmentsNamed(["local", "local"])).toEqual([local]);
  });

  test("an unknown name is told with those that are known, and every unknown one is told", () => {
    expect(() => environmentsNamed(["prod", "local", "Local"])).toThrow(
      new ConfigurationError([
        "there is no environment 'prod': choose from local",
        "there is no environment 'Local': choose from local",
      ]),
    );
  });

  test("no two environments have the same name", () => {
    const names = ENVIRONMENTS.map((environment) => environment.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
