import { Size } from "../core/size";

export interface SingleNodeBrokerProps {
  /** Of the KRaft cluster: 16 bytes in base64 without padding. */
  readonly clusterId: string;
  /** Under which clients in the same network reach the broker. */
  readonly hostname: string;
  readonly clientPort: number;
  readonly controllerPort: number;
  /** A second listener for programs on the machine itself. @default none */
  readonly machine?: { readonly port: number; readonly advertisedPort: number };
  readonly dataDirectory: string;
  readonly heap: Size;
  readonly maxMessageBytes: number;
}

/** Retention deletes whole segments only: a partition may be larger than its `retentionBytes` by one of these. */
export const SEGMENT = Size.mebibytes(128);

/**
 * Environment of the official Kafka image for one node that is broker and controller: every `KAFKA_X_Y` becomes the
 * broker property `x.y`.
 */
export function singleNodeBrokerEnvironment(props: SingleNodeBrokerProps): Record<string, string> {
  const { hostname, clientPort, controllerPort, machine } = props;
  const listeners: readonly Listener[] = [
    { name: "CLIENT", bound: `:${clientPort}`, advertised: `${hostname}:${clientPort}` },
    ...(machine
      ? [{ name: "MACHINE", bound: `:${machine.port}`, advertised: `127.0.0.1:${machine.advertisedPort}` }]
      : []),
    // The node's own broker is the only one who speaks with its controller: on loopback nobody else can, and a start needs
    // neither name resolution nor a network.
    { name: "CONTROLLER", bound: `localhost:${controllerPort}` },
  ];
  const properties: Record<string, string | number | boolean> = {
    "node.id": 1,
    "process.roles": "broker,controller",
    "controller.quorum.voters": `1@localhost:${controllerPort}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "CLIENT",
    listeners: listeners.map(({ name, bound }) => `${name}://${bound}`).join(","),
    "advertised.listeners": listeners
      .flatMap(({ name, advertised }) => (advertised ? `${name}://${advertised}` : []))
      .join(","),
    "listener.security.protocol.map": listeners.map(({ name }) => `${name}:PLAINTEXT`).join(","),
    "log.dirs": props.dataDirectory,
    "log.segment.bytes": SEGMENT.toBytes(),
    // A misspelt topic must fail, not appear.
    "auto.create.topics.enable": false,
    "message.max.bytes": props.maxMessageBytes,
    "replica.fetch.max.bytes": props.maxMessageBytes,
    // One node holds the only copy of the cluster's own topics.
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    // The default of 50 costs start-up time and memory that one machine has better use for.
    "offsets.topic.num.partitions": 4,
    // A lone consumer need not wait for others to join.
    "group.initial.rebalance.delay.ms": 0,
  };
  const environment: Record<string, string> = {
    CLUSTER_ID: props.clusterId,
    KAFKA_HEAP_OPTS: `-Xms${props.heap.toMebibytes()}m -Xmx${props.heap.toMebibytes()}m`,
  };
  for (const [name, value] of Object.entries(properties)) {
    environment[`KAFKA_${name.toUpperCase().replaceAll(".", "_")}`] = String(value);
  }
  return environment;
}

interface Listener {
  readonly name: string;
  /** [host]:port */
  readonly bound: string;
  /** host:port. @default none: clients are never sent there */
  readonly advertised?: string;
}
