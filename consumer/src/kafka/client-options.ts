import { readFileSync } from "node:fs";
import { type KafkaConnectionSettings, usesTls } from "../../../contract/settings";

/**
 * How every client reaches the brokers. A renewed password is read at the next connection; renewed authorities when a client
 * is made anew, as each is after it has failed for a while.
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

function tlsOptions(settings: KafkaConnectionSettings) {
  if (!usesTls(settings)) return {};
  const { KAFKA_CA_FILE: caFile } = settings;
  return {
    // Without a file, Node.js trusts the public authorities that it was built with.
    tls: caFile === undefined ? {} : { ca: readFileSync(caFile, "utf8") },
    tlsServerName: true as const,
  };
}

function saslOptions(settings: KafkaConnectionSettings) {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD_FILE: passwordFile } = settings;
  if (username === undefined || passwordFile === undefined) return {};
  return { sasl: { mechanism, username, password: () => readFileSync(passwordFile, "utf8").trim() } };
}
