import { SecretFiles } from "../consumer/program";
import type { SecretRef } from "../core/secret-ref";
import type { KafkaConnection } from "../kafka/cluster";
import type { EnvValue, Mount } from "../kubernetes/pod";
import { type KafkaOutput, quotedVariable } from "./config";

export interface FilebeatKafka {
  readonly output: KafkaOutput;
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly mounts: readonly Mount[];
  /** Shell: whether every Secret still is what Filebeat was started with. None if it was started with none. */
  readonly unchanged?: string;
}

/** How a connection gets into Filebeat's configuration and environment: where its secrets are, never what they are. */
export function filebeatKafka({
  bootstrapServers,
  topic,
  maxMessageBytes,
  tls,
  credentials,
}: KafkaConnection): FilebeatKafka {
  const files = new SecretFiles();
  const ca = tls?.ca;
  const output: KafkaOutput = {
    bootstrapServers,
    topic,
    maxMessageBytes,
    ...(tls ? { tls: ca ? { caFile: files.add(ca) } : {} } : {}),
    ...(credentials
      ? {
          credentials: {
            mechanism: credentials.mechanism,
            username: credentials.username,
            passwordVariable: QUOTED_PASSWORD,
          },
        }
      : {}),
  };
  const started: Record<string, SecretRef> = {
    ...(credentials ? { [PASSWORD]: credentials.password } : {}),
    ...(ca ? { [AUTHORITIES]: ca } : {}),
  };
  const unchanged = Object.entries(started).map(([variable, secret]) => isStill(variable, files.add(secret)));
  return {
    output,
    // Each before the variable that refers to it.
    env: { ...started, ...(credentials ? { [QUOTED_PASSWORD]: quotedVariable(PASSWORD) } : {}) },
    mounts: files.mounts,
    ...(unchanged.length > 0 ? { unchanged: unchanged.join(" && ") } : {}),
  };
}

/** Without the newlines at their ends, which a shell takes from what it reads. */
function isStill(variable: string, file: string): string {
  return `[ "$(printf %s "$${variable}")" = "$(cat ${file})" ]`;
}

const PASSWORD = "KAFKA_PASSWORD";
const QUOTED_PASSWORD = "FILEBEAT_KAFKA_PASSWORD";
/** Nobody reads it but the probe, which compares. */
const AUTHORITIES = "KAFKA_CA";
