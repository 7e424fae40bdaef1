import type { KafkaGrant } from "../cluster-base";
import type { AclRule } from "./custom-resources";

/**
 * Exactly what grants need, sorted: whoever is granted the same, in whatever order, gets the same.
 *
 * Nobody needs Describe of its own: Kafka takes Read and Write for it (`IMPLIES_DESCRIBE` of its `StandardAuthorizer`), of
 * topics as of groups. More nobody asks for: neither Filebeat's client (sarama, which is not told to be idempotent) nor the
 * consumer's asks for configurations, and no producer here has a transaction.
 */
export function aclsOf(grants: readonly KafkaGrant[]): AclRule[] {
  const rules = new Map<string, { resource: AclRule["resource"]; operations: Set<Operation> }>();
  for (const { type, name, operation } of grants.flatMap(rightsOf)) {
    const key = `${type} ${name}`;
    const rule = rules.get(key) ?? { resource: { type, name, patternType: "literal" }, operations: new Set() };
    rules.set(key, rule);
    rule.operations.add(operation);
  }
  return [...rules.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { resource, operations }]) => ({ resource, operations: [...operations].sort() }));
}

type Operation = AclRule["operations"][number];

interface Right {
  readonly type: "topic" | "group";
  readonly name: string;
  readonly operation: Operation;
}

function rightsOf(grant: KafkaGrant): Right[] {
  const topic = (operation: Operation): Right => ({ type: "topic", name: grant.topic, operation });
  switch (grant.right) {
    case "produce":
      return [topic("Write")];
    case "read":
      return [topic("Read")];
    case "consume":
      return [topic("Read"), { type: "group", name: grant.group, operation: "Read" }];
  }
}
