import type { KafkaGrant } from "../cluster-base";
import { aclsOf } from "./acls";
import { API_VERSION, type KafkaUser } from "./custom-resources";
import { OF_CLUSTER, UNNAMED_CLIENTS } from "./names";

/** The user that a grant is to. */
export function userOf({ client }: KafkaGrant): string {
  return client ?? UNNAMED_CLIENTS;
}

/** One for each client that was granted something, with what it was granted and nothing else; sorted. */
export function kafkaUsers(grants: readonly KafkaGrant[]): KafkaUser[] {
  return [...new Set(grants.map(userOf))].sort().map((name) => ({
    apiVersion: API_VERSION,
    kind: "KafkaUser",
    metadata: { name, labels: OF_CLUSTER },
    spec: {
      authentication: { type: "scram-sha-512" },
      authorization: { type: "simple", acls: aclsOf(grants.filter((grant) => userOf(grant) === name)) },
    },
  }));
}
