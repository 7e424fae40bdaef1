import type { SecretRef } from "../core/secret-ref";
import type { Credentials } from "../credentials/credentials";

/**
 * Kibana's settings that are keys, by their names. Whoever runs it takes the same Secret: what one encrypted, another reads.
 */
export function encryptionKeys(store: Credentials): Record<string, SecretRef> {
  const keys = store.addKeys("kibana-keys", ["encryptedSavedObjects", "reporting", "security"]);
  return {
    "xpack.encryptedSavedObjects.encryptionKey": keys.encryptedSavedObjects,
    "xpack.reporting.encryptionKey": keys.reporting,
    "xpack.security.encryptionKey": keys.security,
  };
}
