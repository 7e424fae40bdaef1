import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { crdProblems } from "./crd-schema";

let folder: string;
let files: string[];

const definition = (kind: string, version: string, served: boolean) => `
kind: CustomResourceDefinition
spec:
  group: example.com
  names: { kind: ${kind} }
  versions:
    - name: ${version}
      served: ${String(served)}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: { type: integer, format: int32, minimum: 1 }
                mode: { type: string, nullable: true, enum: [a, b] }
                port: { anyOf: [{ type: integer }, { type: string }], x-kubernetes-int-or-string: true }
                free: { type: object, x-kubernetes-preserve-unknown-fields: true }
                labels: { type: object, additionalProperties: { type: string } }
                list: { type: array, items: { type: object, properties: { name: { type: string } } } }
              oneOf:
                - required: [port]
                - required: [mode]
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "log-pipeline-crds-"));
  files = ["one.yaml", "two.yaml"].map((name) => join(folder, name));
  writeFileSync(files[0]!, `${definition("Thing", "v1", true)}---${definition("Other", "v1", true)}`);
  writeFileSync(files[1]!, definition("Old", "v1", false));
});
afterAll(() => rmSync(folder, { recursive: true }));

const problems = (spec: object, more: object = {}) =>
  crdProblems(files, { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "a" }, spec, ...more });

test.each<[string, object]>([
  ["the least", { size: 1, mode: "a" }],
  ["null where it may be", { size: 1, mode: null }],
  ["a number or a text", { size: 1, port: 80 }],
  ["a text or a number", { size: 1, port: "http" }],
  ["anything where anything may be", { size: 1, port: 1, free: { a: { b: [1] } } }],
  ["names that are not foreseen where any may be", { size: 1, port: 1, labels: { a: "b" } }],
])("%s is taken", (_, spec) => {
  expect(problems(spec)).toEqual([]);
});

test.each<[string, object, string[]]>([
  ["a field that is not there", { size: 1, port: 1, sise: 1 }, ["/spec must NOT have additional properties (sise)"]],
  [
    "one in a list",
    { size: 1, port: 1, list: [{ nome: "" }] },
    ["/spec/list/0 must NOT have additional properties (nome)"],
  ],
  ["a field that is missing", { port: 1 }, ["/spec must have required property 'size'"]],
  ["another type", { size: "1", port: 1 }, ["/spec/size must be integer"]],
  ["too little", { size: 0, port: 1 }, ["/spec/size must be >= 1"]],
  ["another value", { size: 1, mode: "c" }, ["/spec/mode must be equal to one of the allowed values (a, b, null)"]],
  ["a number where texts are", { size: 1, port: 1, labels: { a: 1 } }, ["/spec/labels/a must be string"]],
])("%s is told", (_, spec, expected) => {
  expect(problems(spec)).toEqual(expected);
});

test("what is beside the spec is looked at as well", () => {
  expect(problems({ size: 1, port: 1 }, { data: {} })).toEqual(["/ must NOT have additional properties (data)"]);
  expect(problems({ size: 1, port: 1 }, { metadata: { name: "A" } })[0]).toContain("/metadata/name must match pattern");
});

test("conditions on fields that are defined elsewhere are conditions still", () => {
  expect(problems({ size: 1 })).toContain("/spec must match exactly one schema in oneOf");
});

test("several documents in a file, several files; what is not served is not there", () => {
  const object = (kind: string) => ({ apiVersion: "example.com/v1", kind, metadata: { name: "a" } });
  expect(crdProblems(files, object("Other"))).toEqual([]);
  expect(crdProblems(files, object("Old"))).toEqual([
    "nothing serves example.com/v1 Old (there are: example.com/v1 Thing, example.com/v1 Other)",
  ]);
});
