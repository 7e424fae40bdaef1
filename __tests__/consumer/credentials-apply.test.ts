import { pbkdf2Sync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import pino from "pino";
import { applyCredentials } from "../../consumer/src/commands/credentials-apply";
import {
  CREDENTIALS_MANAGER,
  type CredentialsInput,
  parseCredentialsSettings,
  renderCredentials,
} from "../../contract/credentials-settings";
import { KubernetesDouble, type Asked } from "./credentials-kubernetes-double";

const DECLARED = {
  labels: { "app.kubernetes.io/instance": "test" },
  users: [
    { secret: "user-b", username: "b", roles: ["reader"] },
    { secret: "user-a", username: "a", roles: ["writer", "reader"] },
  ],
  keys: [{ secret: "keys", keys: ["one", "two"] }],
  fileRealm: "realm",
} satisfies CredentialsInput;
const NAMES = ["keys", "realm", "user-a", "user-b"];

let double: KubernetesDouble;
let url: string;
let logged: string;

beforeEach(async () => {
  double = new KubernetesDouble();
  url = await double.start();
  logged = "";
});

afterEach(() => double.stop());

const log = () => pino({ level: "trace" }, { write: (line: string) => void (logged += line) });

function apply(change: Partial<CredentialsInput> = {}, waitMs = 2_000): Promise<void> {
  const settings = parseCredentialsSettings({
    CREDENTIALS: renderCredentials({ ...DECLARED, ...change }),
    CREDENTIALS_OWNER: "credentials",
    KUBERNETES_URL: url,
    KUBERNETES_ACCOUNT_DIRECTORY: double.directory,
    KUBERNETES_REQUEST_TIMEOUT_MS: "500",
    WAIT_DEADLINE_MS: String(waitMs),
  });
  return applyCredentials(settings, log());
}

/** The names of those whose password in the realm is the one in their Secret. */
function agreeing(users: readonly { readonly secret: string; readonly username: string }[]): string[] {
  const lines = (double.values("realm")["users"] ?? "").split("\n").filter(Boolean);
  const hashes = new Map(lines.map((line) => line.split(":") as [string, string]));
  return users
    .filter(({ secret, username }) => isHashOf(double.values(secret)["password"] ?? "", hashes.get(username) ?? ""))
    .map(({ username }) => username);
}

/** As Elasticsearch verifies it. */
function isHashOf(password: string, text: string): boolean {
  const [, rounds, salt = "", hash = ""] = /^\{PBKDF2\}(\d+)\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
  const bytes = Buffer.from(hash, "base64");
  if (bytes.length !== 32 || Buffer.from(salt, "base64").length !== 32) return false;
  return pbkdf2Sync(password, Buffer.from(salt, "base64"), Number(rounds), 32, "sha512").equals(bytes);
}

/** Every value of every Secret. */
function allValues(): Map<string, string> {
  return new Map(
    [...double.secrets.keys()].flatMap((name) =>
      Object.entries(double.values(name)).map(([key, value]) => [`${name}/${key}`, value] as const),
    ),
  );
}

describe("the first time", () => {
  test("makes every Secret that is declared, and no other", async () => {
    await apply();
    expect([...double.secrets.keys()].sort()).toEqual(NAMES);
    expect(double.values("user-a")).toEqual({ username: "a", password: expect.stringMatching(/^[\w-]{32}$/) });
    expect(Object.keys(double.values("keys"))).toEqual(["one", "two"]);
    const made = [...allValues()].filter(([key]) => /password|keys/.test(key)).map(([, value]) => value);
    expect(new Set(made).size).toBe(4);
  });

  test("the realm has each user's hash and the members of each role, in the order of their names", async () => {
    await apply();
    const { users = "", users_roles: roles } = double.values("realm");
    expect(users.match(/^[^:]+/gm)).toEqual(["a", "b"]);
    expect(users.endsWith("\n")).toBe(true);
    expect(roles).toBe("reader:a,b\nwriter:a\n");
    expect(agreeing(DECLARED.users)).toEqual(["b", "a"]);
  });

  test("each Secret is labelled, and belongs to the service account, so that it goes with it", async () => {
    await apply();
    for (const name of NAMES) {
      expect(double.secrets.get(name)).toMatchObject({
        type: "Opaque",
        metadata: {
          labels: { ...CREDENTIALS_MANAGER, "app.kubernetes.io/instance": "test" },
          ownerReferences: [{ apiVersion: "v1", kind: "ServiceAccount", name: "credentials", uid: "uid-1" }],
        },
      });
    }
  });

  test("the token is read for each request, as it is renewed", async () => {
    double.fault = () => (double.setToken(`token-${double.asked.length}`), false);
    await apply();
    const tokens = double.asked.map(({ token }) => token);
    expect(tokens[0]).toBe("Bearer token-1");
    expect(tokens.slice(1)).toEqual(tokens.slice(1).map((_, at) => `Bearer token-${at + 1}`));
  });

  test("what is logged holds no secret", async () => {
    await apply();
    const { users = "" } = double.values("realm");
    const secret = [...allValues()].filter(([key]) => /password|keys/.test(key)).map(([, value]) => value);
    for (const value of [...secret, ...secret.map((one) => Buffer.from(one).toString("base64")), users]) {
      expect(logged).not.toContain(value);
    }
    for (const name of NAMES) expect(logged).toContain(`"secret":"${name}"`);
  });
});

describe("again", () => {
  test("changes nothing", async () => {
    await apply();
    const before = allValues();
    double.asked.length = 0;
    await apply();
    expect(double.writes()).toEqual([]);
    expect(allValues()).toEqual(before);
  });

  test("adds a user who is declared later; those before keep their passwords, and their hashes", async () => {
    await apply();
    const before = allValues();
    double.asked.length = 0;
    const c = { secret: "user-c", username: "c", roles: ["writer"] };
    await apply({ users: [c, ...DECLARED.users] });
    expect(double.writes()).toEqual(["create user-c", "update realm"]);
    const { users, users_roles: roles } = double.values("realm");
    expect(users?.startsWith(before.get("realm/users") ?? "?")).toBe(true);
    expect(roles).toBe("reader:a,b\nwriter:a,c\n");
    expect(agreeing([...DECLARED.users, c])).toEqual(["b", "a", "c"]);
  });

  test("takes a user who is declared no more out of the realm, and those roles that changed", async () => {
    await apply();
    await apply({ users: [{ ...DECLARED.users[0]!, roles: ["writer"] }] });
    expect(double.values("realm")["users"]).toMatch(/^b:[^\n]+\n$/);
    expect(double.values("realm")["users_roles"]).toBe("writer:b\n");
  });

  test("makes a password anew whose Secret was deleted, and only that", async () => {
    await apply();
    const before = allValues();
    double.secrets.delete("user-a");
    await apply();
    const changed = [...allValues()].filter(([key, value]) => before.get(key) !== value).map(([key]) => key);
    expect(changed.sort()).toEqual(["realm/users", "user-a/password"]);
    expect(agreeing(DECLARED.users)).toEqual(["b", "a"]);
    const line = (text: string | undefined) => text?.split("\n").find((one) => one.startsWith("b:"));
    expect(line(double.values("realm")["users"])).toBe(line(before.get("realm/users")));
  });

  test("adds a key that is declared later, and leaves the others and those that nobody declared", async () => {
    await apply({ keys: [{ secret: "keys", keys: ["one"] }] });
    const { one } = double.values("keys");
    await apply();
    expect(double.values("keys")).toEqual({ one, two: expect.stringMatching(/^[\w-]{32}$/) });
    await apply({ keys: [{ secret: "keys", keys: ["two"] }] });
    expect(Object.keys(double.values("keys"))).toEqual(["one", "two"]);
  });

  test("an account that was made anew becomes the owner in the place of the old one, beside others", async () => {
    await apply();
    const keys = double.secrets.get("keys")!;
    const other = { apiVersion: "v1", kind: "ConfigMap", name: "credentials", uid: "other" };
    double.secrets.set("keys", {
      ...keys,
      metadata: { ...keys.metadata, ownerReferences: [...(keys.metadata.ownerReferences ?? []), other] },
    });
    const before = allValues();
    double.accountUid = "uid-2";
    await apply();
    expect(allValues()).toEqual(before);
    const owners = (name: string) => double.secrets.get(name)?.metadata.ownerReferences?.map(({ uid }) => uid);
    expect([owners("user-a"), owners("keys")]).toEqual([["uid-2"], ["other", "uid-2"]]);
  });
});

describe("interrupted", () => {
  const writes = NAMES.length;
  test.each([...Array(writes).keys()])("after %d of its writes, the next run goes on from there", async (survivors) => {
    let done = 0;
    // The program is gone as if it had been killed: nothing of it reaches the server any more.
    double.fault = ({ verb }, _, request) =>
      verb !== "get" && done++ >= survivors ? !!request.socket.destroy() : false;
    await expect(apply({}, 1)).rejects.toThrow();
    expect(double.secrets.size).toBe(survivors);
    const before = allValues();
    double.fault = () => false;
    await apply();
    expect([...double.secrets.keys()].sort()).toEqual(NAMES);
    for (const [key, value] of before) expect(allValues().get(key)).toBe(value);
    expect(agreeing(DECLARED.users)).toEqual(["b", "a"]);
  });

  test("after a write whose answer was lost, it reads what it has written", async () => {
    let lost = 0;
    double.fault = (asked, response) => {
      if (asked.verb !== "get" && lost++ === 0) response.end = () => response.destroy();
      return false;
    };
    await apply();
    expect(agreeing(DECLARED.users)).toEqual(["b", "a"]);
    expect(double.asked.filter(({ verb }) => verb === "create")).toHaveLength(writes);
  });
});

describe("at once with another", () => {
  test("both agree on every value, whoever was first with it", async () => {
    await Promise.all([apply(), apply(), apply()]);
    expect([...double.secrets.keys()].sort()).toEqual(NAMES);
    expect(agreeing(DECLARED.users)).toEqual(["b", "a"]);
    const before = allValues();
    await apply();
    expect(allValues()).toEqual(before);
  });

  test("a Secret that another makes in between is taken as it is", async () => {
    double.fault = once(
      ({ verb, name }) => verb === "create" && name === "user-a",
      () => double.put("user-a", { username: "a", password: "somebody-s" }, CREDENTIALS_MANAGER),
    );
    await apply();
    expect(double.values("user-a")["password"]).toBe("somebody-s");
    expect(agreeing(DECLARED.users)).toEqual(["b", "a"]);
  });

  test("a change in between is kept", async () => {
    double.put("keys", { one: "1" }, CREDENTIALS_MANAGER);
    double.fault = once(
      ({ verb }) => verb === "update",
      () => double.put("keys", { one: "1", two: "2", more: "3" }, CREDENTIALS_MANAGER),
    );
    await apply();
    expect(double.values("keys")).toEqual({ one: "1", two: "2", more: "3" });
    expect(double.writes().filter((write) => write === "update keys")).toHaveLength(2);
  });

  test("a Secret that is deleted in between is made", async () => {
    double.put("keys", { one: "1" }, CREDENTIALS_MANAGER);
    double.fault = once(
      ({ verb }) => verb === "update",
      () => double.secrets.delete("keys"),
    );
    await apply();
    expect(Object.keys(double.values("keys"))).toEqual(["one", "two"]);
  });

  function once(when: (asked: Asked) => boolean, act: () => void): (asked: Asked) => boolean {
    let done = false;
    return (asked) => {
      if (!done && when(asked)) {
        done = true;
        act();
      }
      return false;
    };
  }
});

describe("a Secret that somebody made", () => {
  test("is used as it is, and not owned", async () => {
    double.put("user-a", { username: "a", password: "chosen ü by a person" });
    const before = double.secrets.get("user-a");
    await apply();
    expect(double.secrets.get("user-a")).toEqual(before);
    expect(agreeing(DECLARED.users)).toEqual(["b", "a"]);
  });

  test.each([
    ["user-a", { password: "chosen" }, "username"],
    ["user-a", { username: "other", password: "chosen" }, "username"],
    ["user-a", { username: "a" }, "password"],
    ["keys", { one: "1" }, "two"],
    ["realm", {}, "users, users_roles"],
  ])("%s with %j is never changed: what lacks is said", async (name, values, keys) => {
    double.put(name, values);
    const before = double.secrets.get(name);
    await expect(apply()).rejects.toThrow(
      `the secret '${name}' was not made by this program, which would have to change ${keys} in it: set that yourself, or delete the secret, so that it is made anew`,
    );
    expect(double.secrets.get(name)).toEqual(before);
    expect(double.secrets.has("realm")).toBe(name === "realm");
  });

  test.each([
    ["five characters", "12345"],
    ["a line feed, as `echo` leaves", "password\n"],
    ["a blank before it", " password"],
    ["two lines", "pass\nword"],
  ])("%s is no password that all programs would read alike", async (_, password) => {
    double.put("user-a", { username: "a", password });
    await expect(apply()).rejects.toThrow(
      "the password in the secret 'user-a' must be one line of at least 6 characters without blanks at its ends: set another, or delete the secret, so that it is made anew",
    );
    expect(double.secrets.has("realm")).toBe(false);
  });

  test("six characters are enough", async () => {
    double.put("user-a", { username: "a", password: "123456" });
    await apply();
    expect(agreeing(DECLARED.users)).toEqual(["b", "a"]);
  });
});

describe("the API server", () => {
  test("refuses: says what, where, as whom, and what would help", async () => {
    double.rules = [
      { resources: ["serviceaccounts"], verbs: ["get"] },
      { resources: ["secrets"], verbs: ["get"] },
    ];
    await expect(apply({}, 1)).rejects.toThrow(
      `the API server was not ready within 1 ms: POST secrets in namespace 'here': 403: secrets "keys" is forbidden: User "system:serviceaccount:here:credentials" cannot create resource "secrets"; bind a Role that allows it to the service account of this pod`,
    );
  });

  test("refuses until its Role is known everywhere: waited for", async () => {
    double.rules = [];
    setTimeout(() => (double.rules = undefined), 100);
    await apply();
    expect([...double.secrets.keys()].sort()).toEqual(NAMES);
  });

  test("has no such service account", async () => {
    const settings = { CREDENTIALS: renderCredentials(DECLARED), CREDENTIALS_OWNER: "other" };
    const where = { KUBERNETES_URL: url, KUBERNETES_ACCOUNT_DIRECTORY: double.directory, WAIT_DEADLINE_MS: "1" };
    await expect(applyCredentials(parseCredentialsSettings({ ...settings, ...where }), log())).rejects.toThrow(
      /GET serviceaccounts\/other in namespace 'here': 404: serviceaccounts "other" not found$/,
    );
    expect(double.secrets.size).toBe(0);
  });

  test.each([500, 503, 429, 401])("answers %d for a while: waited for", async (status) => {
    let faults = 2;
    double.fault = (_, response) => (faults-- > 0 ? !!response.writeHead(status).end("<html>") : false);
    await apply();
    expect([...double.secrets.keys()].sort()).toEqual(NAMES);
  });

  test("does not take what it is sent: said at once", async () => {
    double.fault = ({ verb }, response) =>
      verb === "create" && !!response.writeHead(422).end(JSON.stringify({ message: "is invalid" }));
    await expect(apply({}, 60_000)).rejects.toThrow(/^POST secrets in namespace 'here': 422: is invalid$/);
  });

  test("answers with half a Secret: nothing of it is said", async () => {
    double.put("keys", { one: "secret-text" });
    double.fault = ({ name }, response) =>
      name === "keys" && !!response.writeHead(200).end(`secret-text ${JSON.stringify(double.secrets.get("keys"))}`);
    const failed = apply({}, 1);
    await expect(failed).rejects.toThrow("GET secrets/keys: the answer is no JSON");
    await expect(failed).rejects.not.toThrow("secret-text");
    expect(logged).not.toContain("secret-text");
  });
});
