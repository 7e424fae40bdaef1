import { isDnsLabel } from "../../core/validation";

/** Of the Kafka object. What Strimzi makes for it is named after it. */
export const CLUSTER = "kafka";

export const POOL = { brokers: "brokers", controllers: "controllers" } as const;

/** The Service that clients begin at; every broker's certificate has this short name among its own. */
export const BOOTSTRAP = `${CLUSTER}-kafka-bootstrap`;

/** Secret with the authority that signs the brokers' certificates, in `ca.crt`. */
export const CLUSTER_CA = `${CLUSTER}-cluster-ca-cert`;

/** Who the clients are that have no name. */
export const UNNAMED_CLIENTS = "clients";

/** Before the name of a user, in that of its Secret: a client `log-consumer` shall not take a Secret of that name. */
export const USER_SECRET_PREFIX = "kafka-user-";

/** What ties an object to the cluster. */
export const OF_CLUSTER = { "strimzi.io/cluster": CLUSTER } as const;

/** What is wrong with the name of a client: it names a KafkaUser and a part of its Secret. */
export function clientProblems(client: string | undefined): string[] {
  if (client === undefined) return [];
  if (!isDnsLabel(client) || !isDnsLabel(`${USER_SECRET_PREFIX}${client}`)) {
    const most = 63 - USER_SECRET_PREFIX.length;
    return [
      `Kafka: client '${client}' must be a DNS label of at most ${most} characters, because a KafkaUser is named so: lower-case letters, digits and '-'; rename it`,
    ];
  }
  if (client === UNNAMED_CLIENTS) {
    return [`Kafka: client '${client}' has the name of the user that all unnamed clients share: rename it`];
  }
  return [];
}
