import { describe, expect, test } from "@jest/globals";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Duration } from "../../../constructs/core/duration";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { ConfigurationError } from "../../../constructs/core/validation";
import type { IKafkaCluster, KafkaCredentials, TopicProps } from "../../../constructs/kafka/cluster";
import type { KafkaClusterAttributes } from "../../../constructs/kafka/imported";
import { KafkaCluster } from "../../../constructs/kafka/stateful-set";
import { PodGroup } from "../../../constructs/kubernetes/network";
import { parseTopicsSettings } from "../../../contract/topics";
import { type KubernetesJson, stackWithSite, synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const WITHOUT_IMAGE: KafkaClusterAttributes = {
  bootstrapServers: ["b-1.example.com:9096", "b-2.example.com:9096"],
  brokers: 3,
};
const SMALLEST: KafkaClusterAttributes = { ...WITHOUT_IMAGE, topicsImage: ContainerImage.of("consumer:2") };
const LOGS: TopicProps = { name: "logs", partitions: 4, replicationFactor: 3, retention: Duration.hours(24) };

const user = (username: string): KafkaCredentials => ({
  mechanism: "SCRAM-SHA-512",
  username,
  password: SecretRef.of(`kafka-${username}`, "password"),
});
const SECURE: KafkaClusterAttributes = {
  ...SMALLEST,
  tls: { ca: SecretRef.of("kafka-ca", "ca.crt") },
  credentials: user("admin"),
};

function imported(attributes: KafkaClusterAttributes): IKafkaCluster {
  const { stack, site } = stackWithSite();
  const kafka = KafkaCluster.fromAttributes(stack, "Kafka", site, attributes);
  kafka.addTopic(LOGS);
  return kafka;
}

/** With pods of a client that was granted the topic. */
function synth(attributes: KafkaClusterAttributes): KubernetesJson {
  return synthOnSite((stack, site) => {
    const kafka = KafkaCluster.fromAttributes(stack, "Kafka", site, attributes);
    kafka.addTopic(LOGS);
    const { endpoint } = kafka.grantProduce("logs");
    if (endpoint) new PodGroup(stack, site, "client").allowTo(endpoint);
  });
}

describe("the smallest", () => {
  const json = synth(SMALLEST);

  test("nothing runs here but the topics' Job", () => {
    expect(json.names()).toEqual([
      expect.stringMatching(/^job_v1\/kafka-topics-/),
      "network_policy_v1/allow-dns",
      "network_policy_v1/client-to-kafka",
      "network_policy_v1/deny-all",
      "network_policy_v1/kafka-topics-to-kafka",
    ]);
    expect(json.job("kafka-topics").depends_on).toBeUndefined();
    expect(brokenRelations(json)).toEqual(["network_policy_v1/client-to-kafka: is about no pods"]);
  });

  test("clients may reach any address, on the brokers' ports only", () => {
    expect(json.policies()["client-to-kafka"]?.spec.egress).toEqual([{ ports: [{ port: "9096", protocol: "TCP" }] }]);
  });

  test("a connection has neither TLS nor a user, and waits for the topics", () => {
    const connection = imported(SMALLEST).grantProduce("logs");
    expect(connection).not.toHaveProperty("tls");
    expect(connection).not.toHaveProperty("credentials");
    expect(connection.ready).toHaveLength(1);
  });

  test("a topic may have as many copies as there are brokers", () => {
    const kafka = imported(SMALLEST);
    expect(() => kafka.addTopic({ ...LOGS, name: "more", replicationFactor: 4 })).toThrow(
      "topic 'more': 'replicationFactor' (4) must be at most 'brokers' (3): lower it or add a broker",
    );
  });
});

test("with 'cidrs' clients may reach those addresses, on every port of a broker, each once", () => {
  const json = synth({ ...SMALLEST, bootstrapServers: ["a:1", "b:2", "c:1"], cidrs: ["10.0.0.0/16", "fd00::/8"] });
  expect(json.policies()["client-to-kafka"]?.spec.egress).toEqual([
    {
      to: [{ ip_block: { cidr: "10.0.0.0/16" } }, { ip_block: { cidr: "fd00::/8" } }],
      ports: [
        { port: "1", protocol: "TCP" },
        { port: "2", protocol: "TCP" },
      ],
    },
  ]);
});

test("topics that somebody else manages are only said to be there", () => {
  const json = synth({ ...WITHOUT_IMAGE, manageTopics: false });
  expect(json.resources("job_v1")).toEqual([]);
  expect(imported({ ...WITHOUT_IMAGE, manageTopics: false }).grantConsume("logs", "group").ready).toEqual([]);
});

describe("TLS and users", () => {
  test("the topic program is told of files, which are mounted from Secrets, and of no secret", () => {
    const json = synth(SECURE);
    const env = json.env("job_v1", "kafka-topics");
    const settings = parseTopicsSettings(env);
    expect(settings).toMatchObject({
      KAFKA_TLS: true,
      KAFKA_USERNAME: "admin",
      KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
    });
    const mounts = json.container("job_v1", "kafka-topics").volume_mount ?? [];
    const volumes = json.pod("job_v1", "kafka-topics").spec.volume ?? [];
    const secretOf = (path: string | undefined) => {
      const mount = mounts.find((one) => path?.startsWith(`${one.mount_path}/`));
      const volume = volumes.find((one) => one.name === mount?.name);
      return `${String(volume?.secret?.["secret_name"])}${path?.slice(mount?.mount_path.length)}`;
    };
    expect(secretOf(settings.KAFKA_CA_FILE)).toBe("kafka-ca/ca.crt");
    expect(secretOf(settings.KAFKA_PASSWORD_FILE)).toBe("kafka-admin/password");
  });

  test("a connection carries both", () => {
    expect(imported(SECURE).grantProduce("logs")).toMatchObject({ tls: SECURE.tls, credentials: user("admin") });
  });

  test("a public authority needs no Secret", () => {
    const { tls } = imported({ ...SECURE, tls: {} }).grantConsume("logs", "group");
    expect(tls).toEqual({});
    const env = synth({ ...SECURE, tls: {} }).env("job_v1", "kafka-topics");
    expect(env["KAFKA_TLS"]).toBe("true");
    expect(env).not.toHaveProperty("KAFKA_CA_FILE");
  });

  test("a client is one user, whatever it is granted; who has none of its own is who makes the topics", () => {
    const kafka = imported({ ...SECURE, users: { shipper: user("writer"), reader: user("reader") } });
    expect(kafka.grantProduce("logs", "shipper").credentials).toEqual(user("writer"));
    expect(kafka.grantConsume("logs", "group", "reader").credentials).toEqual(user("reader"));
    expect(kafka.grantProduce("logs", "reader").credentials).toEqual(user("reader"));
    expect(kafka.grantProduce("logs", "other").credentials).toEqual(user("admin"));
    expect(kafka.grantProduce("logs").credentials).toEqual(user("admin"));
  });

  test("who makes the topics is no client", () => {
    const json = synthOnSite((stack, site) => {
      const kafka = KafkaCluster.fromAttributes(stack, "Kafka", site, { ...SECURE, users: { reader: user("reader") } });
      kafka.addTopic(LOGS);
      kafka.grantConsume("logs", "group", "reader");
    });
    expect(json.env("job_v1", "kafka-topics")["KAFKA_USERNAME"]).toBe("admin");
  });

  test("a user whom nobody is granted anything as is refused: a name is misspelt", () => {
    expect(() => synth({ ...SECURE, users: { shiper: user("writer") } })).toThrow(
      "[stack/Kafka] imported Kafka: there is a user for client 'shiper', to whom nothing is granted: remove it",
    );
  });
});

describe("what cannot work is refused", () => {
  const clear = (username: string) =>
    `imported Kafka: user '${username}' without 'tls' would send a password across the network that anybody on it could read: set 'tls', which may be {} for a public authority`;

  test.each<[string, Partial<KafkaClusterAttributes>, readonly string[]]>([
    [
      "no broker to begin with",
      { bootstrapServers: [] },
      ["imported Kafka: 'bootstrapServers' is empty: name one broker or more"],
    ],
    ["no broker at all", { brokers: 0 }, ["imported Kafka: 'brokers' (0) must be a whole number of at least 1"]],
    ["half a broker", { brokers: 1.5 }, ["imported Kafka: 'brokers' (1.5) must be a whole number of at least 1"]],
    ["a password in the clear", { credentials: user("u") }, [clear("u")]],
    [
      "every password in the clear",
      { credentials: user("u"), users: { a: user("v"), b: user("w") } },
      [clear("u"), clear("v"), clear("w")],
    ],
    [
      "nobody who makes the topics",
      { tls: {}, users: { a: user("u") } },
      [
        "imported Kafka: there are 'users' of clients and no user who makes topics: name 'credentials', or set 'manageTopics' to false",
      ],
    ],
    [
      "an address without its bits",
      { cidrs: ["10.0.0.1"] },
      ["imported Kafka: '10.0.0.1' in 'cidrs' is no range such as '10.0.0.0/16': correct it"],
    ],
  ])("%s", (_, change, problems) => {
    expect(() => imported({ ...SMALLEST, ...change })).toThrow(new ConfigurationError(problems));
  });

  test("topics that nothing makes", () => {
    expect(() => imported(WITHOUT_IMAGE)).toThrow(
      new ConfigurationError([
        "imported Kafka: topics cannot be made without 'topicsImage': name the consumer's image, or set 'manageTopics' to false",
      ]),
    );
  });

  test.each([
    ["kafka:9092", true],
    ["b-1.a_b.example.com:9092", false],
    ["10.0.0.1:65535", true],
    ["[fd00::1]:1", true],
    ["fd00::1:9092", false],
    ["kafka", false],
    ["kafka:", false],
    [":9092", false],
    ["kafka:0", false],
    ["kafka:65536", false],
    ["kafka:9092,other:9092", false],
    ["SASL_SSL://kafka:9092", false],
    ["kafka:9092 ", false],
    ["-kafka:9092", false],
  ])("bootstrap server %j: %s", (server, valid) => {
    const make = () => imported({ ...SMALLEST, bootstrapServers: [server] });
    if (valid) expect(make().grantProduce("logs").bootstrapServers).toEqual([server]);
    else {
      expect(make).toThrow(
        new ConfigurationError([
          `imported Kafka: bootstrap server '${server}' is not host:port, such as 'b-1.example.com:9096': correct it`,
        ]),
      );
    }
  });

  test.each([
    ["0.0.0.0/0", true],
    ["10.0.0.0/32", true],
    ["10.0.0.0/33", false],
    ["fd00::/128", true],
    ["fd00::/129", false],
    ["10.0.0/8", false],
    ["10.0.0.0/", false],
    ["10.0.0.0/8/8", false],
    ["kafka/8", false],
  ])("range %j: %s", (cidr, valid) => {
    const make = () => imported({ ...SMALLEST, cidrs: [cidr] });
    if (valid) expect(make).not.toThrow();
    else expect(make).toThrow(`'${cidr}' in 'cidrs' is no range`);
  });
});
