import { describe, expect, test } from "@jest/globals";
import {
  type CredentialsInput,
  parseCredentialsSettings,
  renderCredentials,
  secretNames,
} from "../../contract/credentials-settings";

type Declared<K extends "users" | "keys"> = NonNullable<CredentialsInput[K]>[number];
const USER = { secret: "user-a", username: "a", roles: ["reader"] } satisfies Declared<"users">;
const KEYS = { secret: "keys", keys: ["one"] } satisfies Declared<"keys">;
const FULL = { labels: { a: "b" }, users: [USER], keys: [KEYS], fileRealm: "realm" } satisfies CredentialsInput;
const parse = (credentials: string, more = {}) =>
  parseCredentialsSettings({ CREDENTIALS: credentials, CREDENTIALS_OWNER: "account", ...more });

test("round trip, with defaults for the rest", () => {
  expect(parse(renderCredentials(FULL))).toEqual({
    CREDENTIALS: FULL,
    CREDENTIALS_OWNER: "account",
    KUBERNETES_URL: "https://kubernetes.default.svc",
    KUBERNETES_ACCOUNT_DIRECTORY: "/var/run/secrets/kubernetes.io/serviceaccount",
    KUBERNETES_REQUEST_TIMEOUT_MS: 10_000,
    WAIT_DEADLINE_MS: 300_000,
    LOG_LEVEL: "info",
  });
  expect(parse(renderCredentials({ keys: [KEYS] })).CREDENTIALS).toEqual({
    labels: {},
    users: [],
    keys: [KEYS],
  });
});

test("the names of all Secrets that are made", () => {
  const { CREDENTIALS } = parse(renderCredentials(FULL));
  expect(secretNames(CREDENTIALS)).toEqual(["user-a", "keys", "realm"]);
  expect(secretNames({ users: [], keys: CREDENTIALS.keys })).toEqual(["keys"]);
});

describe("refuses", () => {
  const invalid: [string, object, RegExp][] = [
    ["nothing", {}, /there is nothing to make/],
    ["users without a realm", { users: [USER] }, /'users' need a 'fileRealm'/],
    ["a Secret twice", { ...FULL, keys: [{ ...KEYS, secret: "user-a" }] }, /the secret 'user-a' is named twice/],
    ["the realm's Secret for a user", { ...FULL, fileRealm: "user-a" }, /the secret 'user-a' is named twice/],
    ["a user twice", { ...FULL, users: [USER, { ...USER, secret: "other" }] }, /the user 'a' is named twice/],
    ["a user without roles", { ...FULL, users: [{ ...USER, roles: [] }] }, /users\.0\.roles/],
    ["a name that ends the realm's field", { ...FULL, users: [{ ...USER, username: "a:b" }] }, /users\.0\.username/],
    ["a role that ends the realm's field", { ...FULL, users: [{ ...USER, roles: ["a,b"] }] }, /users\.0\.roles\.0/],
    ["a Secret that can be none", { ...FULL, keys: [{ ...KEYS, secret: "A_b" }] }, /keys\.0\.secret: must be a DNS/],
    ["a key that can be none", { ...FULL, keys: [{ ...KEYS, keys: ["a/b"] }] }, /keys\.0\.keys\.0: must be a key/],
    ["no keys", { ...FULL, keys: [{ ...KEYS, keys: [] }] }, /keys\.0\.keys/],
    ["what it does not know", { ...FULL, password: "x" }, /password/],
  ];

  test.each(invalid)("%s", (_, credentials, message) => {
    expect(() => renderCredentials(credentials as CredentialsInput)).toThrow();
    expect(() => parse(JSON.stringify(credentials))).toThrow(message);
  });

  test("several things at once", () => {
    const twice = { ...FULL, users: [USER, USER] };
    expect(() => parse(JSON.stringify(twice), { KUBERNETES_URL: "ftp://x", CREDENTIALS_OWNER: "" })).toThrow(
      /the credentials' settings are wrong:(\n- .*(secret 'user-a'|user 'a'|KUBERNETES_URL|CREDENTIALS_OWNER).*){4}$/,
    );
  });

  test.each([
    ["no JSON", "[", /CREDENTIALS .*is not JSON/],
    ["another kind of JSON", "[]", /CREDENTIALS/],
  ])("%s", (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
