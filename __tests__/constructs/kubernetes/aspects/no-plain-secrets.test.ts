import { describe, expect, test } from "@jest/globals";
import { Release } from "@cdktf/provider-helm/lib/release";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { PodV1 } from "@cdktf/provider-kubernetes/lib/pod-v1";
import { Secret } from "@cdktf/provider-kubernetes/lib/secret";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { SecretV1Data } from "@cdktf/provider-kubernetes/lib/secret-v1-data";
import { Fn, Lazy, type TerraformStack } from "cdktf";
import { ContainerImage } from "../../../../constructs/core/container-image";
import { Cpu } from "../../../../constructs/core/cpu";
import { literal } from "../../../../constructs/core/literal";
import { SecretRef } from "../../../../constructs/core/secret-ref";
import { Size } from "../../../../constructs/core/size";
import { Credentials } from "../../../../constructs/credentials/credentials";
import { quotedVariable } from "../../../../constructs/filebeat/config";
import { CustomResources } from "../../../../constructs/kubernetes/custom-resources";
import { type EnvValue, podTemplate } from "../../../../constructs/kubernetes/pod";
import type { KubernetesSite } from "../../../../constructs/kubernetes/site";
import { refusals } from "../../../support/refusals";

const PLAIN = "correct horse";

function says(path: string, name: string): string {
  return `'${path}' has the value of '${name}' in plain text: refer to a key of a Secret`;
}

/** Of one resource, without where it is; what is secret must not be among it. */
function said(build: (stack: TerraformStack, site: KubernetesSite) => void): string[] {
  const problems = refusals(build);
  expect(problems.join()).not.toContain(PLAIN);
  return problems.map((problem) => problem.replace(/^\[[^\]]*\] /, ""));
}

const withValues = (...values: string[]) =>
  said((stack) => void new Release(stack, "Release", { name: "r", chart: "./chart", values }));
const withFile = (text: string) =>
  said((stack) => void new ConfigMapV1(stack, "Config", { metadata: { name: "c" }, data: { file: literal(text) } }));

function withPod(container: { env?: Readonly<Record<string, EnvValue>>; command?: readonly string[] }): string[] {
  return said((stack, site) => {
    const { spec } = podTemplate(site, "web", {
      user: { uid: 1, gid: 1 },
      containers: [
        {
          name: "main",
          image: ContainerImage.of("web:1"),
          resources: { cpu: Cpu.millis(1), memory: Size.mebibytes(1) },
          ...container,
        },
      ],
    });
    new PodV1(stack, "Pod", { metadata: site.metadata("web"), spec });
  });
}

describe("Secrets", () => {
  const refused = (what: string, keys: string) =>
    `${what} is a Secret with its data (${keys}), which Terraform's state would have too: have it made in the cluster, and refer to it`;
  const metadata = { name: "s" };

  test.each<[string, (stack: TerraformStack) => void, string]>([
    ["of the provider", (stack) => void new SecretV1(stack, "S", { metadata, data: { a: PLAIN, b: PLAIN } }), "a, b"],
    ["of its older version", (stack) => void new Secret(stack, "S", { metadata, data: { a: PLAIN } }), "a"],
    ["in base64", (stack) => void new SecretV1(stack, "S", { metadata, binaryData: { a: "Y29ycmVjdA==" } }), "a"],
    ["that only Terraform knows", (stack) => void new SecretV1(stack, "S", { metadata, data: { a: Fn.uuid() } }), "a"],
    ["to be filled", (stack) => void new SecretV1Data(stack, "S", { metadata, data: { a: PLAIN } }), "a"],
  ])("%s are refused with their data", (_, build, keys) => {
    expect(said(build)).toEqual([refused("it", keys)]);
  });

  test("without data are not", () => {
    expect(
      said((stack) => void new SecretV1(stack, "S", { metadata, type: "kubernetes.io/service-account-token" })),
    ).toEqual([]);
  });

  const object = (data: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, ...data });

  test.each([
    { stringData: { a: PLAIN } },
    { data: { a: "Y29ycmVjdA==" } },
    { stringData: { "roles.yml": "", a: PLAIN } },
  ])("of a release are refused: %j", (data) => {
    expect(
      said((stack, site) => void new CustomResources(stack, "C", site, { name: "c", objects: () => [object(data)] })),
    ).toEqual([refused("'values[0].objects[0]'", "a")]);
  });

  test("of a release may hold Elasticsearch's roles", () => {
    const roles = object({ stringData: { "roles.yml": "reader: {}" } });
    expect(
      said((stack, site) => void new CustomResources(stack, "C", site, { name: "c", objects: () => [roles] })),
    ).toEqual([]);
  });

  test("of a manifest are refused", () => {
    expect(said((stack) => void new Manifest(stack, "M", { manifest: object({ stringData: { a: PLAIN } }) }))).toEqual([
      refused("'manifest'", "a"),
    ]);
  });
});

describe("variables", () => {
  test.each([
    "PASSWORD",
    "KAFKA_PASSWORD",
    "DB_PASSWD",
    "KEY_PASSPHRASE",
    "OAUTH2_PROXY_CLIENT_SECRET",
    "OAUTH2_PROXY_COOKIE_SECRET",
    "SLACK_TOKEN",
    "ELASTIC_API_KEY",
    "TLS_PRIVATE_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "GCP_CREDENTIALS",
    "xpack.security.encryptionKey",
  ])("%s has no value of its own", (name) => {
    expect(withPod({ env: { [name]: PLAIN } })).toEqual([says("spec.container[0].env[0].value", name)]);
  });

  test.each<[string, EnvValue]>([
    ["OAUTH2_PROXY_COOKIE_SECRET", SecretRef.of("oidc-proxy", "cookie-secret")],
    ["NODE_TOKEN", { field: "spec.nodeName" }],
    ["KAFKA_PASSWORD_FILE", "/run/secrets/kafka/password"],
    ["FILEBEAT_KAFKA_PASSWORD", quotedVariable("KAFKA_PASSWORD")],
    ["KAFKA_PASSWORD", "$(OTHER)"],
    ["KAFKA_PASSWORD", "${OTHER}"],
    ["OAUTH2_PROXY_PASS_ACCESS_TOKEN", "false"],
    ["OAUTH2_PROXY_BASIC_AUTH_PASSWORD", ""],
    ["CREDENTIALS_OWNER", "credentials"],
    ["KEYCLOAK", PLAIN],
  ])("%s may be %j", (name, value) => {
    expect(withPod({ env: { [name]: value } })).toEqual([]);
  });

  test("may be what only Terraform knows", () => {
    expect(withPod({ env: { PASSWORD: Fn.uuid() } })).toEqual([]);
  });

  test("may have structure, which is looked into", () => {
    expect(withPod({ env: { CREDENTIALS: JSON.stringify({ users: [{ secret: "user-a" }] }) } })).toEqual([]);
    expect(withPod({ env: { CREDENTIALS: JSON.stringify({ users: [{ password: PLAIN }] }) } })).toEqual([
      says("spec.container[0].env[0].value.users[0].password", "password"),
    ]);
  });

  test("of the program that makes credentials name them, and no more", () => {
    expect(
      said((stack, site) => {
        const credentials = new Credentials(stack, "C", site, { image: ContainerImage.of("consumer:1") });
        credentials.addUser("reader", ["reader"]);
        credentials.addKeys("keys", ["encryption-key", "password"]);
      }),
    ).toEqual([]);
  });
});

describe("arguments", () => {
  test.each([
    [`--admin-password=${PLAIN}`, "admin-password"],
    [`-token=${PLAIN}`, "token"],
  ])("%s are as settings are", (argument, name) => {
    expect(withPod({ command: [argument] })).toEqual([says("spec.container[0].args[0]", name)]);
  });

  test.each(["--password=$(PASSWORD)", "--password-file=/run/password", "--token-ttl=5m", "password"])(
    "%s is none",
    (argument) => {
      expect(withPod({ command: [argument] })).toEqual([]);
    },
  );
});

describe("values of a release", () => {
  test.each([
    "password",
    "adminPassword",
    "admin-password",
    "clientSecret",
    "secretKey",
    "apiKey",
    "token",
    "ADMIN_SECRET",
    "xpack.reporting.encryptionKey",
  ])("have nothing under '%s', as JSON or as YAML", (key) => {
    expect(withValues(JSON.stringify({ a: [{ [key]: PLAIN }] }))).toEqual([says(`values[0].a[0].${key}`, key)]);
    expect(withValues("{}", `a:\n  - ${key}: "${PLAIN}" # said\n`)).toEqual([says(`values[1].a[0].${key}`, key)]);
  });

  test("nor a number", () => {
    expect(withValues(JSON.stringify({ password: 1234 }))).toEqual([says("values[0].password", "password")]);
  });

  test.each([
    { password: { secretKeyRef: { name: "a", key: "password" } } },
    { passwordSecret: { secretName: "a", password: "key" } },
    { auth: { existingSecret: "a", token: "key" } },
    { tlsSecret: "a", tokenTtl: "5m", automountServiceAccountToken: true, password: "" },
    { password: "${PASSWORD}" },
    { kind: "Secret", name: "referred-to" },
  ])("may say where one is: %j", (values) => {
    expect(withValues(literal(JSON.stringify(values)))).toEqual([]);
  });

  test("are looked at when they are known", () => {
    expect(
      said((stack) => {
        const values = Lazy.listValue({ produce: () => [JSON.stringify({ password: PLAIN })] });
        new Release(stack, "Release", { name: "r", chart: "./chart", values });
      }),
    ).toEqual([says("values[0].password", "password")]);
  });

  test("may be set one by one, and are the same then", () => {
    expect(
      said(
        (stack) =>
          void new Release(stack, "Release", {
            name: "r",
            chart: "./chart",
            setSensitive: [{ name: "auth.password", value: PLAIN }],
            set: [{ name: "auth.user", value: "me" }],
          }),
      ),
    ).toEqual([says("set_sensitive[0].value", "auth.password")]);
  });

  test("of definitions are what there may be, and not looked at", () => {
    const definition = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  password: ${PLAIN}\n`;
    expect(withValues(JSON.stringify({ definitions: [definition] }))).toEqual([]);
    expect(withValues(JSON.stringify({ others: [definition.replace("Definition", "")] }))).toEqual([
      says("values[0].others[0].spec.password", "password"),
    ]);
  });

  test("that Terraform is to read from a file of this repository are looked at as well", () => {
    const reads = (file: string) => withValues(Fn.jsonencode(Fn.yamldecode(Fn.file(`../../../${file}`))));
    expect(reads("__tests__/constructs/kubernetes/aspects/values-with-secret.yaml")).toEqual([
      says("values[0].auth.password", "password"),
    ]);
    expect(reads("helm-values/none.yaml")).toEqual([]);
  });
});

describe("files of a ConfigMap", () => {
  test.each<[string, string, string, string]>([
    ["YAML", `output:\n  kafka:\n    password: ${PLAIN}\n`, "data.file.output.kafka.password", "password"],
    ["JSON", JSON.stringify({ a: { client_secret: PLAIN } }), "data.file.a.client_secret", "client_secret"],
    ["properties", `a=b\nssl.keystore.password=${PLAIN}\n`, "data.file", "ssl.keystore.password"],
    ["a script", `#!/bin/sh\nset -e\nexport API_TOKEN='${PLAIN}'\n`, "data.file", "API_TOKEN"],
  ])("have none as %s", (_, text, path, name) => {
    expect(withFile(text)).toEqual([says(path, name)]);
  });

  test.each([
    'output:\n  kafka:\n    password: "${FILEBEAT_KAFKA_PASSWORD}"\n',
    "ssl.keystore.password=${env:KEYSTORE_PASSWORD}\n",
    "# password=none\nauth.token.ttl=5\n",
    '#!/bin/sh\nTOKEN="$(cat /run/token)"\nPASSWORD=$1\n'.replace("$1", "$ONE"),
  ])("refer to it: %j", (text) => {
    expect(withFile(text)).toEqual([]);
  });
});

describe("texts that look like a secret", () => {
  // In parts, so that nobody who searches this repository for secrets is alarmed.
  const joined = (...parts: string[]) => parts.join("");
  test.each<[string, string]>([
    ["a private key", joined("-----BEGIN RSA PRIV", "ATE KEY-----\nMIIE\n-----END RSA PRIV", "ATE KEY-----")],
    ["a private key", joined("-----BEGIN PRIV", "ATE KEY-----")],
    ["a URL with a user or password", joined("postgres://me:", "pw@db:5432/x")],
    ["a URL with a user or password", joined("see https://", "token@git.example.com/a")],
    ["a login of Kafka's", joined('Module required username="me" pass', 'word="pw";')],
    ["an access key of AWS", joined("AK", "IAIOSFODNN7EXAMPLE")],
    ["a token of GitHub", joined("gh", "p_", "a1".repeat(18))],
    ["a token of GitLab", joined("gl", "pat-", "a".repeat(20))],
    ["a token of Slack", joined("xo", "xb-1234567890-abc")],
    ["a key of Google", joined("AI", "za", "a".repeat(35))],
    ["a JSON Web Token", joined("ey", "JhbGciOiJIUzI1", ".ey", "JzdWIiOiIxMjM0", ".abcdefghijkl")],
  ])("are refused: %s", (what, text) => {
    const refused = [`'data.file' has ${what} in plain text: refer to a key of a Secret`];
    expect(withFile(text)).toEqual(refused);
    expect(withPod({ env: { A: text } })).toEqual([refused[0]?.replace("data.file", "spec.container[0].env[0].value")]);
    expect(withValues(JSON.stringify({ a: { b: text } }))).toEqual([refused[0]?.replace("data.file", "values[0].a.b")]);
  });

  test.each([
    "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
    "https://db:5432/x?mail=a@b",
    "https://$(USER):$(PASSWORD)@db/",
    "mailto:me@example.com",
    "AKIA",
    "ghp_short",
    'username="me" password="${PASSWORD}"',
  ])("or are not: %s", (text) => {
    expect(withFile(text)).toEqual([]);
  });
});
