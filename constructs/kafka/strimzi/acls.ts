import type { KafkaGrant } from "../cluster-base";
import type { AclRule } from "./custom-resources";

/**
 * Exactly what grants need, sorted: whoever is granted the same, in whatever order, gets the same.
 *
 * Kafka takes Read and Write for Describe as well (its `StandardAuthorizer`), so a member of a group may find its coordinator.
 * More nobody asks for: neither Filebeat's client (sarama, which is not told to be idempotent) nor the consumer's asks for
 * configurations, and no producer here has a transaction.
 */
export function aclsOf(grants: readonly KafkaGrant[]): AclRule[] {
  const operations = new Map<string, { resource: AclRule["resource"]; allowed: Set<Operation> }>();
  for (const { type, name, allowed } of grants.flatMap(rightsOf)) {
    const key = `${type} ${name}`;
    const known = operations.get(key) ?? { resource: { type, name, patternType: "literal" }, allowed: new Set() };
    for (const operation of allowed) known.allowed.add(operation);
    operations.set(key, known);
  }
  return [...operations.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { resource, allowed }]) => ({ resource, operations: [...allowed].sort() }));
}

type Operation = AclRule["operations"][number];

interface Right {
  readonly type: "topic" | "group";
  readonly name: string;
  readonly allowed: readonly Operation[];
}

function rightsOf(grant: KafkaGrant): Right[] {
  const topic = (...allowed: Operation[]): Right => ({ type: "topic", name: grant.topic, allowed });
  switch (grant.right) {
    case "produce":
      return [topic("Describe", "Write")];
    case "read":
      return [topic("Describe", "Read")];
    case "consume":
      return [topic("Describe", "Read"), { type: "group", name: grant.group, allowed: ["Read"] }];
  }
}
