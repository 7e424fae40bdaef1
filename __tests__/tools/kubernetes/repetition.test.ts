import { describe, expect, test } from "@jest/globals";
import { withoutRepetition } from "../../../tools/kubernetes/repetition";

/** Of a Helm release, as cdktf prints it: behind the name of the stack, in colours. */
const plan = (...metadata: string[]) =>
  [
    "stack    # helm_release.Kafka will be updated in-place",
    '         \u001b[33m~\u001b[0m\u001b[0m resource "helm_release" "Kafka" {',
    '             \u001b[33m~\u001b[0m\u001b[0m id       = "kafka" \u001b[33m->\u001b[0m\u001b[0m (known after apply)',
    ...metadata,
    "             \u001b[33m~\u001b[0m\u001b[0m values   = [",
    '                 \u001b[33m~\u001b[0m\u001b[0m "retention.ms" = "1" \u001b[33m->\u001b[0m\u001b[0m "2"',
    "               ]",
    "           }",
    "         Plan: 0 to add, 1 to change, 0 to destroy.",
    "",
  ].join("\n");

const BEGIN = "             \u001b[33m~\u001b[0m\u001b[0m metadata = {";
const END = "               } \u001b[33m->\u001b[0m\u001b[0m (known after apply)";
const HAD = [
  "                 ~ revision = 1 -> (known after apply)",
  "                 ~ values   = jsonencode(",
  "                       {",
  '                         - "retention.ms" = "1"',
  "                       }",
  "                   ) -> (known after apply)",
];

describe("a plan of a Helm release", () => {
  test("does not tell all of what the release had", () => {
    expect(withoutRepetition(plan(BEGIN, ...HAD, END))).toBe(
      plan(`${BEGIN} # (${HAD.length} lines of what it was are left out)`, END),
    );
  });

  test("does so of each release", () => {
    const twice = plan(BEGIN, ...HAD, END).repeat(2);
    expect(withoutRepetition(twice)).toBe(plan(`${BEGIN} # (6 lines of what it was are left out)`, END).repeat(2));
  });

  test.each<[string, string[]]>([
    ["metadata that is made", ["             + metadata = (known after apply)"]],
    [
      "metadata of an object",
      ["             ~ metadata {", '                 ~ name = "a" -> "b"', "               }"],
    ],
    ["an attribute that ends elsewhere", [BEGIN, ...HAD, `  ${END}`]],
    ["what has no end", [BEGIN, ...HAD]],
    ["no metadata", []],
  ])("is told whole otherwise: %s", (_, metadata) => {
    expect(withoutRepetition(plan(...metadata))).toBe(plan(...metadata));
  });
});
