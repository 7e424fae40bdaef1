import type { production } from "../../environments/production";
import type { staging } from "../../environments/staging";

/** Environments whose Elasticsearch and Kibana are ECK's. */
export type EckFacts = typeof production | typeof staging;

/** Nodes by the names of their StatefulSets. */
export function nodeSets({ elasticsearch, platform }: EckFacts): Readonly<Record<string, number>> {
  return {
    "elasticsearch-es-masters": platform.elasticsearch.masters.nodes,
    "elasticsearch-es-hot": elasticsearch.nodes,
    "elasticsearch-es-warm": platform.elasticsearch.warm.nodes,
  };
}

/** What ECK 3.5 makes of an Elasticsearch and a Kibana, whether their pods run or not: names of each kind, sorted. */
export function eckMade(facts: EckFacts) {
  const sets = Object.keys(nodeSets(facts));
  return {
    statefulsets: sets.toSorted(),
    deployments: ["kibana-kb"],
    services: [
      ...["http", "internal-http", "transport"].map((name) => `elasticsearch-es-${name}`),
      // Of no address of its own: its pods' names.
      ...sets,
      "kibana-kb-http",
    ].toSorted(),
    secrets: [
      ...[...CERTIFICATES, "http-ca-internal", "transport-ca-internal", "transport-certs-public", "remote-ca"].map(
        ofElasticsearch,
      ),
      ...["elastic-user", "internal-users", "xpack-file-realm", "secure-settings", "file-settings"].map(
        ofElasticsearch,
      ),
      ...sets.flatMap((set) => [`${set}-es-config`, `${set}-es-transport-certs`]),
      ...[...CERTIFICATES, "http-ca-internal", "config", "es-ca", "secure-settings"].map((name) => `kibana-kb-${name}`),
      // Kibana's token, for it and for Elasticsearch.
      "kibana-kibana-user",
      `${facts.platform.namespace.name}-kibana-kibana-user`,
    ].toSorted(),
    poddisruptionbudgets: ["elasticsearch-es-default"],
  } as const;
}

const CERTIFICATES = ["http-certs-internal", "http-certs-public"];

function ofElasticsearch(name: string): string {
  return `elasticsearch-es-${name}`;
}
