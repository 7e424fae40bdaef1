import { describe, expect, test } from "@jest/globals";
import { Size } from "../../constructs/core/size";
import { ConfigurationError } from "../../constructs/core/validation";
import { allEnvironments, environmentsNamed } from "../../environments";
import { dev } from "../../environments/dev";
import { environmentProblems, memoryLimits } from "../../environments/environment-validation";
import { managed } from "../../environments/examples/managed";
import { monthly } from "../../environments/examples/monthly";
import { local } from "../../environments/local";
import { production } from "../../environments/production";
import { staging } from "../../environments/staging";
import { KUBERNETES, localWith, OPERATED, platformWith } from "../support/environments";

test.each(
  [...allEnvironments(), ...allEnvironments("pr-42"), managed, monthly, KUBERNETES, OPERATED].map(
    (environment) => [environment.name, environment] as const,
  ),
)("%s can work", (_, environment) => {
  expect(environmentProblems(environment)).toEqual([]);
});

const { kafka, elasticsearch } = local;

test("several problems are told together", () => {
  const wrong = localWith({
    name: "",
    kafka: { ...kafka, brokers: 0, logs: { ...kafka.logs, partitions: 0 } },
    elasticsearch: { ...elasticsearch, shards: 0, replicas: 1 },
    platform: platformWith({ memoryBudget: Size.mebibytes(1) }),
  });
  expect(environmentProblems(wrong).map((problem) => /'([\w.]+)' \(/.exec(problem)?.[1])).toEqual([
    "name",
    "kafka.logs.partitions",
    "kafka.logs.replicationFactor",
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
    expect(environmentsNamed([])).toEqual([local, dev, staging, production]);
  });

  test("names choose, in the order in which environments are listed, each once", () => {
    expect(environmentsNamed(["local", "local"])).toEqual([local]);
  });

  test("an unknown name is told with those that are known, and every unknown one is told", () => {
    expect(() => environmentsNamed(["prod", "local", "Local"])).toThrow(
      new ConfigurationError([
        "there is no environment 'prod': choose from local, dev, staging, production",
        "there is no environment 'Local': choose from local, dev, staging, production",
      ]),
    );
  });

  test("no two environments have the same name", () => {
    const names = allEnvironments().map((environment) => environment.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("a preview", () => {
  const [, preview] = allEnvironments("pr-42");

  test("takes the place of what it is made from, and is known by either name", () => {
    expect(allEnvironments("pr-42").map((environment) => environment.name)).toEqual([
      "local",
      "dev-pr-42",
      "staging",
      "production",
    ]);
    expect(environmentsNamed(["dev"], "pr-42")).toEqual([preview]);
    expect(environmentsNamed(["dev-pr-42"], "pr-42")).toEqual([preview]);
    expect(() => environmentsNamed(["dev-pr-42"])).toThrow(
      new ConfigurationError(["there is no environment 'dev-pr-42': choose from local, dev, staging, production"]),
    );
  });

  test("shares no name, no namespace and no directory with it, and every other fact", () => {
    expect(preview).toEqual({
      ...dev,
      name: "dev-pr-42",
      platform: {
        ...dev.platform,
        namespace: { name: "log-pipeline-dev-pr-42", create: true },
        nodeDirectories: { logs: "/var/log/myapp-pr-42", filebeat: "/var/lib/log-pipeline/dev/filebeat-pr-42" },
      },
    });
  });

  test("has a name that can be a namespace's", () => {
    const longest = 63 - "log-pipeline-dev-".length;
    expect(allEnvironments("x".repeat(longest))).toHaveLength(4);
    for (const suffix of ["x".repeat(longest + 1), "PR_42", "-"]) {
      expect(() => allEnvironments(suffix)).toThrow(
        new ConfigurationError([
          `ENVIRONMENT_SUFFIX ('${suffix}') makes 'log-pipeline-dev-${suffix}' of the namespace, which is no DNS label: use lower-case letters, digits and '-', and few of them`,
        ]),
      );
    }
  });
});
