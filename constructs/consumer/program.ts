import type { ElasticsearchConnection } from "../elasticsearch/cluster";
import type { KibanaConnection } from "../kibana/kibana";
import type { KafkaConnection } from "../kafka/cluster";
import type { Mount } from "../kubernetes/pod";
import { PodVolume } from "../kubernetes/pod-volume";
import type { SecretRef } from "../core/secret-ref";

/** User of the consumer's image. */
export const CONSUMER_USER = { uid: 1000, gid: 1000 } as const;

/** The entrypoint of the consumer's image, for containers that do something before it. */
export const PROGRAM = ["node", "/app/main.js"] as const;

/** How every command that talks to Kafka reaches it. @param files where it also finds other secrets. @default its own */
export function kafkaAccess(
  { bootstrapServers, tls, credentials }: Pick<KafkaConnection, "bootstrapServers" | "tls" | "credentials">,
  files = new SecretFiles(),
) {
  const settings = {
    KAFKA_BROKERS: bootstrapServers,
    ...(tls ? { KAFKA_TLS: true } : {}),
    ...(tls?.ca ? { KAFKA_CA_FILE: files.add(tls.ca) } : {}),
    ...(credentials
      ? {
          KAFKA_SASL_MECHANISM: credentials.mechanism,
          KAFKA_USERNAME: credentials.username,
          KAFKA_PASSWORD_FILE: files.add(credentials.password),
        }
      : {}),
  };
  return { settings, mounts: files.mounts };
}

/** How every command that talks to Elasticsearch reaches it. @param files as of {@link kafkaAccess} */
export function elasticsearchAccess({ urls, ca, credentials }: ElasticsearchConnection, files = new SecretFiles()) {
  const settings = {
    ELASTICSEARCH_URLS: urls,
    ...(ca ? { ELASTICSEARCH_CA_FILE: files.add(ca) } : {}),
    ...(credentials
      ? {
          ELASTICSEARCH_USERNAME: credentials.username,
          ELASTICSEARCH_PASSWORD_FILE: files.add(credentials.password),
        }
      : {}),
  };
  return { settings, mounts: files.mounts };
}

/** How `content apply` reaches Kibana. @param files as of {@link kafkaAccess} */
export function kibanaAccess({ url, ca, credentials }: KibanaConnection, files = new SecretFiles()) {
  const settings = {
    KIBANA_URL: url,
    ...(ca ? { KIBANA_CA_FILE: files.add(ca) } : {}),
    ...(credentials
      ? { KIBANA_USERNAME: credentials.username, KIBANA_PASSWORD_FILE: files.add(credentials.password) }
      : {}),
  };
  return { settings, mounts: files.mounts };
}

/** Secrets as files, so that they are in no environment and follow a renewal. Of each, nothing but the keys that are used. */
export class SecretFiles {
  private readonly keys = new Map<string, Set<string>>();

  /** Answers the file's path. */
  add({ secret, key }: SecretRef): string {
    this.keys.set(secret, (this.keys.get(secret) ?? new Set()).add(key));
    return `${folderOf(secret)}/${key}`;
  }

  get mounts(): Mount[] {
    return [...this.keys].map(([secret, keys]) => ({
      volume: PodVolume.secret(secret, secret, [...keys]),
      path: folderOf(secret),
      readOnly: true,
    }));
  }
}

function folderOf(secret: string): string {
  return `/run/secrets/${secret}`;
}
