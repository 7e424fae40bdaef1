import { readFileSync } from "node:fs";

export interface KafkaConnectionSettings {
  readonly KAFKA_BROKERS: readonly string[];
  readonly KAFKA_CA_FILE?: string | undefined;
  readonly KAFKA_USERNAME?: string | undefined;
  readonly KAFKA_PASSWORD_FILE?: string | undefined;
}

/** How every client reaches the brokers. Reads the files anew each time, so that a new client has the newest secrets. */
export function connectionOptions(settings: KafkaConnectionSettings) {
  const { KAFKA_CA_FILE: caFile, KAFKA_USERNAME: username, KAFKA_PASSWORD_FILE: passwordFile } = settings;
  return {
    clientId: "log-consumer",
    bootstrapBrokers: [...settings.KAFKA_BROKERS],
    connectTimeout: 5_000,
    ...(caFile === undefined ? {} : { tls: { ca: readFileSync(caFile, "utf8") }, tlsServerName: true as const }),
    ...(username === undefined || passwordFile === undefined
      ? {}
      : {
          sasl: { mechanism: "SCRAM-SHA-512" as const, username, password: readFileSync(passwordFile, "utf8").trim() },
        }),
  };
}
