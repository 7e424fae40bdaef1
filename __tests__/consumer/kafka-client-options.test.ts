import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { connectionOptions, hasOutdatedAuthorities } from "../../consumer/src/kafka/client-options";
import { parseDeadLettersSettings } from "../../contract/dead-letters-settings";

let folder: string;
let ca: string;
let password: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "log-pipeline-kafka-"));
  ca = join(folder, "ca.pem");
  password = join(folder, "password");
  writeFileSync(ca, "an authority");
  writeFileSync(password, "first\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As any command gets them: from an environment. */
function options(env: Record<string, string> = {}) {
  return connectionOptions(
    parseDeadLettersSettings({ KAFKA_BROKERS: "a:1,b:2", KAFKA_DEAD_LETTER_TOPIC: "dead", ...env }),
  );
}

test("by default there is neither TLS nor a user", () => {
  expect(options()).toEqual({ clientId: "log-consumer", bootstrapBrokers: ["a:1", "b:2"], connectTimeout: 5_000 });
  expect(options({ KAFKA_TLS: "false" })).toEqual(options());
});

describe("TLS", () => {
  test("verifies brokers by their names, with the authorities that are named", () => {
    for (const tls of [{}, { KAFKA_TLS: "true" }])
      expect(options({ KAFKA_CA_FILE: ca, ...tls })).toEqual({
        ...options(),
        tls: { ca: "an authority" },
        tlsServerName: true,
      });
  });

  test("takes the public authorities where none is named", () => {
    expect(options({ KAFKA_TLS: "true" })).toEqual({ ...options(), tls: {}, tlsServerName: true });
  });

  test("tells when its authorities are other ones by now", () => {
    const settings = (env: Record<string, string>) =>
      parseDeadLettersSettings({ KAFKA_BROKERS: "a:1", KAFKA_DEAD_LETTER_TOPIC: "dead", ...env });
    const renewed = join(folder, "renewed.pem");
    writeFileSync(renewed, "the first");
    const withFile = settings({ KAFKA_CA_FILE: renewed });
    const made = connectionOptions(withFile);
    expect(hasOutdatedAuthorities(made, withFile)).toBe(false);
    writeFileSync(renewed, "the second");
    expect(hasOutdatedAuthorities(made, withFile)).toBe(true);
    expect(hasOutdatedAuthorities(connectionOptions(withFile), withFile)).toBe(false);
    rmSync(renewed);
    expect(hasOutdatedAuthorities(made, withFile)).toBe(false);
    for (const env of [{}, { KAFKA_TLS: "true" }]) {
      expect(hasOutdatedAuthorities(connectionOptions(settings(env)), settings(env))).toBe(false);
    }
  });

  test("does not begin without the authorities that are named", () => {
    expect(() => options({ KAFKA_CA_FILE: join(folder, "none.pem") })).toThrow("ENOENT");
  });
});

describe("a user", () => {
  const user = () => ({ KAFKA_CA_FILE: ca, KAFKA_USERNAME: "me", KAFKA_PASSWORD_FILE: password });

  test.each(["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])("proves itself by %s", (mechanism) => {
    expect(options({ ...user(), KAFKA_SASL_MECHANISM: mechanism })).toMatchObject({
      sasl: { mechanism, username: "me" },
    });
  });

  test("proves itself by SCRAM-SHA-512 where nothing is said", () => {
    expect(options(user())).toMatchObject({ sasl: { mechanism: "SCRAM-SHA-512" } });
  });

  test("has the password that is in the file when it connects", () => {
    const { sasl } = options(user()) as { sasl: { password: () => string } };
    expect(sasl.password()).toBe("first");
    writeFileSync(password, "renewed\n");
    expect(sasl.password()).toBe("renewed");
  });
});
