import { describe, expect, test } from "@jest/globals";
import { allEnvironments } from "../../environments";
import { managed } from "../../environments/examples/managed";
import { production } from "../../environments/production";
import type { Data } from "../../tools/review/data";
import { secretsIn as secretsInData } from "../../tools/review/secrets";
import { pipelineOf, synth } from "./synthesized-stacks";

/** What looks like a secret, by the rules of a review. */
function secretsIn(json: string): string[] {
  return secretsInData(JSON.parse(json) as Data).map(({ looks }) => looks);
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
