import { expect, test } from "@jest/globals";
import { Size } from "../../../constructs/core/size";
import {
  SEGMENT,
  singleNodeBrokerEnvironment,
  type SingleNodeBrokerProps,
} from "../../../constructs/kafka/broker-environment";
import { MAX_DEAD_LETTER_BYTES } from "../../../contract/size-limits";
import { differences } from "../../support/differences";

const SMALLEST: SingleNodeBrokerProps = {
  clusterId: "an-id",
  hostname: "broker",
  clientPort: 9092,
  controllerPort: 9093,
  dataDirectory: "/data",
  heap: Size.mebibytes(300),
  maxMessageBytes: 1234,
};
const PROPS: SingleNodeBrokerProps = { ...SMALLEST, machine: { port: 9094, advertisedPort: 19094 } };

/** `NAME://host:port,...` */
function listeners(text: string | undefined): Map<string, { host: string; port: number }> {
  return new Map(
    (text ?? "").split(",").map((one) => {
      const [, name = "", host = "", port] = /^(\w+):\/\/([^:]*):(\d+)$/.exec(one) ?? [];
      return [name, { host, port: Number(port) }];
    }),
  );
}

const environment = singleNodeBrokerEnvironment(PROPS);
const bound = listeners(environment["KAFKA_LISTENERS"]);
const advertised = listeners(environment["KAFKA_ADVERTISED_LISTENERS"]);

test("topics are never made by being named", () => {
  expect(environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"]).toBe("false");
});

test("clients in the network are sent to the host name, programs on the machine to its loopback address", () => {
  expect(Object.fromEntries(advertised)).toEqual({
    CLIENT: { host: "broker", port: 9092 },
    MACHINE: { host: "127.0.0.1", port: 19094 },
  });
});

test("every advertised listener is bound; the controller's is bound and never advertised", () => {
  const controller = environment["KAFKA_CONTROLLER_LISTENER_NAMES"] ?? "";
  expect([...bound.keys()].sort()).toEqual([...advertised.keys(), controller].sort());
  expect(advertised.has(controller)).toBe(false);
  expect(bound.get("CLIENT")?.port).toBe(advertised.get("CLIENT")?.port);
  expect(bound.get("MACHINE")?.port).toBe(9094);
});

test("every bound listener has a protocol, and brokers talk over one that is advertised", () => {
  const protocols = (environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"] ?? "")
    .split(",")
    .map((one) => one.split(":")[0]);
  expect(protocols.sort()).toEqual([...bound.keys()].sort());
  expect([...advertised.keys()]).toContain(environment["KAFKA_INTER_BROKER_LISTENER_NAME"]);
});

test("the node is the only voter, at the controller's own listener, which nobody else reaches", () => {
  const node = environment["KAFKA_NODE_ID"];
  const controller = bound.get("CONTROLLER");
  expect(controller?.host).toBe("localhost");
  expect(environment["KAFKA_CONTROLLER_QUORUM_VOTERS"]).toBe(`${node}@${controller?.host}:${controller?.port}`);
  expect(environment["KAFKA_PROCESS_ROLES"]).toBe("broker,controller");
});

test("the cluster's own topics need no second node", () => {
  const copies = Object.entries(environment).filter(([name]) => /(REPLICATION_FACTOR|MIN_ISR)$/.test(name));
  expect(copies.map(([name]) => name).sort()).toEqual([
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR",
  ]);
  expect(new Set(copies.map(([, value]) => value))).toEqual(new Set(["1"]));
});

test("names are as the image's start script reads them: it turns _ into a dot", () => {
  for (const name of Object.keys(environment)) expect(name).toMatch(/^(CLUSTER_ID|KAFKA_[A-Z]+(_[A-Z]+)*)$/);
});

test.each<[Partial<SingleNodeBrokerProps>, Record<string, string>]>([
  [{ clusterId: "another" }, { CLUSTER_ID: "another" }],
  [{ dataDirectory: "/other" }, { KAFKA_LOG_DIRS: "/other" }],
  [{ heap: Size.mebibytes(512) }, { KAFKA_HEAP_OPTS: "-Xms512m -Xmx512m" }],
  [{ maxMessageBytes: 99 }, { KAFKA_MESSAGE_MAX_BYTES: "99", KAFKA_REPLICA_FETCH_MAX_BYTES: "99" }],
  [
    { machine: { port: 9094, advertisedPort: 29094 } },
    { KAFKA_ADVERTISED_LISTENERS: "CLIENT://broker:9092,MACHINE://127.0.0.1:29094" },
  ],
  [
    { controllerPort: 9999 },
    {
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9999",
      KAFKA_LISTENERS: "CLIENT://:9092,MACHINE://:9094,CONTROLLER://localhost:9999",
    },
  ],
])("%j changes nothing else", (change, expected) => {
  expect(differences(environment, singleNodeBrokerEnvironment({ ...PROPS, ...change }))).toEqual(expected);
});

test("without programs on the machine there is no listener for them", () => {
  expect(differences(environment, singleNodeBrokerEnvironment(SMALLEST))).toEqual({
    KAFKA_LISTENERS: "CLIENT://:9092,CONTROLLER://localhost:9093",
    KAFKA_ADVERTISED_LISTENERS: "CLIENT://broker:9092",
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
  });
});

test("retention can delete what is older than it: a segment is small beside what a topic keeps, and takes any message", () => {
  const segment = Number(environment["KAFKA_LOG_SEGMENT_BYTES"]);
  expect(segment).toBe(SEGMENT.toBytes());
  expect(segment).toBeGreaterThan(MAX_DEAD_LETTER_BYTES);
  expect(segment).toBeLessThan(Size.gibibytes(1).toBytes() / 4);
});
