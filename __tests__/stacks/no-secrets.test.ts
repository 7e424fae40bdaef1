import { describe, expect, test } from "@jest/globals";
import { parseAllDocuments } from "yaml";
import { allEnvironments } from "../../environments";
import { managed } from "../../environments/examples/managed";
import { production } from "../../environments/production";
import { pipelineOf, synth } from "./synthesized-stacks";

/**
 * What looks like a secret in a synthesized stack, by rules of this file alone: the aspect that refuses plain secrets has its own,
 * and is not asked here.
 */
function secretsIn(json: string): string[] {
  const text = json.replaceAll('\\"', '"');
  return [
    ...LOOKS.flatMap(([what, look]) => (look.test(text) ? [what] : [])),
    ...telling(JSON.parse(json)).filter((one) => !NAMED.test(one)),
  ];
}

const LOOKS: readonly (readonly [string, RegExp])[] = [
  ["PEM of a key", /BEGIN [A-Z ]*PRIVATE KEY/],
  ["password in a URL", /:\/\/[^\s/:@"]*:[^\s/@"]+@/],
  ["login of HTTP", /\b(Basic|Bearer) [A-Za-z0-9+/._-]{8,}/],
  ["bcrypt", /\$2[abxy]\$\d\d\$/],
  ["PBKDF2", /\{PBKDF2/],
  ["access key of AWS", /\bA[KS]IA[0-9A-Z]{16}\b/],
  ["token of a forge", /\b(gh[pousr]_|glpat-|github_pat_)\w{8}/],
  ["JSON Web Token", /\beyJ[\w-]{6,}\.[\w-]{6,}\./],
  // 24 characters or more that are no word, no path and no name: upper and lower case and digits.
  [
    "random text",
    /(?<![\w+/.-])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9]*\d)[A-Za-z0-9+/]{24,}={0,2}(?![\w.-])/,
  ],
  ["random hexadecimal", /(?<![0-9a-f-])(?!0+\b)[0-9a-f]{32,}(?![0-9a-f])/],
];

/** Values under names that tell of a secret, where they say neither where it is nor whether there is one. */
function telling(tree: unknown, name = ""): string[] {
  if (typeof tree === "string") {
    const inner = structure(tree);
    if (inner !== undefined) return telling(inner, name);
    return SECRET.test(name) && !WHERE.test(name) && !REFERENCE.test(tree) ? [`${name}: ${tree}`] : [];
  }
  if (typeof tree !== "object" || tree === null) return [];
  const variable = tree as { readonly name?: unknown; readonly value?: unknown };
  if (typeof variable.name === "string" && typeof variable.value === "string") {
    return telling(variable.value, variable.name);
  }
  const { kind, stringData, data } = tree as Readonly<Record<string, unknown>>;
  if (kind === "Secret") {
    // Which rights there are is no secret; Elastic's operator wants it in one.
    const keys = Object.keys({ ...(stringData as object), ...(data as object) }).filter((key) => key !== "roles.yml");
    return keys.map((key) => `Secret with '${key}'`);
  }
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    /^kubernetes_secret/.test(key)
      ? [`Secret of Terraform's: ${key}`]
      : telling(value, Array.isArray(tree) ? name : key),
  );
}

const SECRET =
  /pass(word|wd|phrase)|secret|token|credential|api_?-?key|private_?-?key|access_?-?key|encryption_?-?key/i;
/** Names that go on: a file, a Secret's name, a key of one. */
const WHERE = /(_file|_owner|secret_?name|secretPrefix|_path|_token_account)$/i;
/** Nothing, a switch, or what another program puts in its place. */
const REFERENCE = /^(|true|false|\$+\{\w.*\}|'\$\(\w+\)')$/s;
/** What the credentials program is told to make, and so no more than names. */
const NAMED = /^secret: (elasticsearch-user-[a-z0-9-]+|kibana-keys|oidc-proxy)$/;

/** What a text holds that is JSON or YAML of more than a word. */
function structure(text: string): unknown {
  if (!/^\s*[[{]|^[\w."-]+:(\s|$)/m.test(text) || text.startsWith("${")) return undefined;
  const documents = parseAllDocuments(text.replaceAll("$${", "${"), { logLevel: "silent" });
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return undefined;
  const all = documents.map((document) => document.toJS() as unknown);
  return all.some((one) => typeof one === "object" && one !== null) ? all : undefined;
}

describe.each(
  [...allEnvironments("pr-42"), ...allEnvironments().slice(1, 2), managed].map(
    (environment) => [environment.name, environment] as const,
  ),
)("%s", (_, environment) => {
  test("has no secret in what is synthesized", () => {
    const stacks = Object.entries(synth(environment));
    expect(stacks.length).toBeGreaterThan(0);
    expect(stacks.map(([name, { json }]) => [name, secretsIn(json)])).toEqual(stacks.map(([name]) => [name, []]));
  });
});

describe("a secret would be found", () => {
  const json = pipelineOf(production).json;
  const withVariable = (name: string, value: string) =>
    json.replace(
      '"name": "CONTENT_FILE"',
      `"name": ${JSON.stringify(name)}, "value": ${JSON.stringify(value)} }, { "name": "CONTENT_FILE"`,
    );

  test.each([
    ["KAFKA_PASSWORD", "hunter2"],
    ["S3_SECRET_KEY", "wJalrXUtnFEMI"],
    ["SETTINGS", '{"xpack.security.encryptionKey":"0123"}'],
    ["SETTINGS", "output:\n  kafka:\n    password: hunter2\n"],
    ["URL", "https://elastic:changeme@search.example.com"],
    ["HEADER", "Basic ZWxhc3RpYzpjaGFuZ2VtZQ=="],
    ["PEM", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ"],
    ["WHO", "AKIAIOSFODNN7EXAMPLE"],
    ["FORGE", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"],
    ["LOGIN", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"],
    ["USERS", "elastic:$2a$10$abcdefghij"],
    ["RANDOM", "Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZg"],
    ["HEX", "9f86d081884c7d659a2feaa0c55ad015"],
  ])("as %s: %s", (name, value) => {
    const changed = withVariable(name, value);
    expect(changed).not.toBe(json);
    expect(secretsIn(changed)).not.toEqual([]);
  });

  test("as a Secret's data, in Terraform's spelling or in a release", () => {
    expect(secretsIn('{"resource":{"kubernetes_secret_v1":{"a":{"data":{"k":"v"}}}}}')).toEqual([
      "Secret of Terraform's: kubernetes_secret_v1",
    ]);
    const values = JSON.stringify({ objects: [{ kind: "Secret", stringData: { "roles.yml": "a: {}", pin: "1234" } }] });
    expect(secretsIn(JSON.stringify({ resource: { helm_release: { a: { values: [values] } } } }))).toEqual([
      "Secret with 'pin'",
    ]);
  });
});
