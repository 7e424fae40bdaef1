import { readFileSync } from "node:fs";
import { type KafkaConnectionSettings, usesTls } from "../../../contract/settings";

/**
 * How every client reaches the brokers. A renewed password is read at the next connection; renewed authorities when a client
 * is made anew, see {@link hasOutdatedAuthorities}.
 */
export function connectionOptions(settings: KafkaConnectionSettings) {
  return {
    clientId: "log-consumer",
    bootstrapBrokers: [...settings.KAFKA_BROKERS],
    connectTimeout: 5_000,
    ...tlsOptions(settings),
    ...saslOptions(settings),
  };
}

/** Whether the authorities that a client was made with are other ones by now. */
export function hasOutdatedAuthorities(
  options: ReturnType<typeof connectionOptions>,
  { KAFKA_CA_FILE: caFile }: KafkaConnectionSettings,
): boolean {
  if (caFile === undefined) return false;
  try {
    return readFileSync(caFile, "utf8") !== options.tls?.ca;
  } catch {
    // A client that was made now would have none.
    return false;
  }
}

function tlsOptions(settings: KafkaConnectionSettings): { tls?: { ca?: string }; tlsServerName?: true } {
  if (!usesTls(settings)) return {};
  const { KAFKA_CA_FILE: caFile } = settings;
  return {
    // Without a file, Node.js trusts the public authorities that it was built with.
    tls: caFile === undefined ? {} : { ca: readFileSync(caFile, "utf8") },
    tlsServerName: true,
  };
}

function saslOptions(settings: KafkaConnectionSettings) {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD_FILE: passwordFile } = settings;
  if (username === undefined || passwordFile === undefined) return {};
  return { sasl: { mechanism, username, password: () => readFileSync(passwordFile, "utf8").trim() } };
}
