import { expect, test } from "@jest/globals";
import type { KafkaGrant } from "../../../../constructs/kafka/cluster-base";
import { aclsOf } from "../../../../constructs/kafka/strimzi/acls";

const produce = (topic: string): KafkaGrant => ({ right: "produce", topic, client: "c" });
const consume = (topic: string, group: string): KafkaGrant => ({ right: "consume", topic, group, client: "c" });
const read = (topic: string): KafkaGrant => ({ right: "read", topic, client: "c" });

/** Such as `topic logs: Read`. */
function table(...grants: KafkaGrant[]): string[] {
  return aclsOf(grants).map(({ resource: { type, name, patternType }, operations }) => {
    expect(patternType).toBe("literal");
    return `${type} ${name}: ${operations.join(", ")}`;
  });
}

test.each<[string, KafkaGrant, string[]]>([
  ["produce", produce("t"), ["topic t: Write"]],
  ["read", read("t"), ["topic t: Read"]],
  ["consume", consume("t", "g"), ["group g: Read", "topic t: Read"]],
])("%s", (_, grant, expected) => {
  expect(table(grant)).toEqual(expected);
});

test("rights to one thing are one rule, in whatever order they were granted", () => {
  const grants = [produce("b"), consume("a", "g"), read("b"), consume("a", "f"), produce("b")];
  const expected = ["group f: Read", "group g: Read", "topic a: Read", "topic b: Read, Write"];
  expect(table(...grants)).toEqual(expected);
  expect(table(...grants.reverse())).toEqual(expected);
});

test("a topic and a group of one name are two things", () => {
  expect(table(consume("x", "x"))).toEqual(["group x: Read", "topic x: Read"]);
});

test("nothing granted is nothing allowed", () => {
  expect(table()).toEqual([]);
});
