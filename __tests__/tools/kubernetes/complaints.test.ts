import { describe, expect, test } from "@jest/globals";
import { complaintsOf } from "../../../tools/kubernetes/complaints";

/** As cdktf prints it: in colours, behind the name of the stack. */
const framed = (...lines: string[]) =>
  [
    "production-platform  \u001b[31m╷\u001b[0m",
    ...lines.map((line) => `                     \u001b[31m│\u001b[0m \u001b[0m${line}`),
    "                     \u001b[31m╵\u001b[0m",
    "",
  ].join("\n");
/** And before that as Terraform does. */
const bare = (...lines: string[]) => ["╷", ...lines.map((line) => `│ ${line}`), "╵", ""].join("\n");

const notFound = (name: string) => ['Error: namespaces "logs" not found', "", `  with ${name},`];

describe("Terraform's complaints", () => {
  test("are told once, with the construct, without the place in a generated file", () => {
    const said = (construct: string) => [
      "Error: Error locating chart",
      "",
      `  with data.helm_template.Chart${construct},`,
      `  on cdk.tf.json line 25, in data.helm_template.Chart${construct}:`,
      "  25:       }",
      "",
      "Unable to locate chart nowhere: path",
      '"nowhere" not found (really)',
    ];
    const output = `Initializing the backend...\n${bare(...said(""))}\n${framed(...said(" (Strimzi/Chart)"))}`;
    expect(complaintsOf(output)).toEqual([
      `Error: Error locating chart
  with data.helm_template.Chart (Strimzi/Chart),
Unable to locate chart nowhere: path
"nowhere" not found (really)`,
    ]);
  });

  test("are not its warnings, nor what it would do", () => {
    expect(complaintsOf(framed("Warning: Incomplete lock file", "", "Error: none"))).toEqual([]);
    expect(complaintsOf("  + resource {\n│ Error: in no frame\n╵\nPlan: 1 to add\n")).toEqual([]);
    expect(complaintsOf("")).toEqual([]);
  });

  test("are the first few of many, and how many there are", () => {
    const of = (count: number) =>
      complaintsOf(Array.from({ length: count }, (_, index) => framed(...notFound(`object_${index}`))).join(""));
    const told = (index: number) => `Error: namespaces "logs" not found\n  with object_${index},`;
    expect(of(4)).toEqual([0, 1, 2, 3].map(told));
    expect(of(6)).toEqual([...[0, 1, 2, 3].map(told), "and 2 more errors"]);
  });
});
