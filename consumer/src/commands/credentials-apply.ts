import { randomBytes } from "node:crypto";
import {
  CREDENTIALS_MANAGER,
  FILE_REALM_KEYS,
  USER_KEYS,
  type CredentialsSettings,
} from "../../../contract/credentials-settings";
import { renderFileRealm, type RealmUser } from "../elasticsearch/file-realm";
import { KubernetesApi, KubernetesError } from "../kubernetes/api";
import { OwnedSecrets, RefusedError, serviceAccountOwner, type Applied, type Values } from "../kubernetes/secrets";
import type { Log } from "../log";
import { waitFor } from "./wait";

/**
 * Makes the Secrets that are missing. What a Secret holds already is never changed, so doing it again does nothing, and a
 * password is renewed by deleting its Secret first. May be interrupted anywhere, and run twice at once: whoever is first has
 * made it, the other reads it. No value is ever logged.
 */
export async function applyCredentials(settings: CredentialsSettings, log: Log): Promise<void> {
  const { labels, users, keys, fileRealm } = settings.CREDENTIALS;
  const api = new KubernetesApi({
    url: settings.KUBERNETES_URL,
    accountDirectory: settings.KUBERNETES_ACCOUNT_DIRECTORY,
    timeoutMs: settings.KUBERNETES_REQUEST_TIMEOUT_MS,
  });
  // A Role that was just made is not known everywhere at once, so what it shall allow is waited for too.
  const wait = <T>(attempt: () => Promise<T>) =>
    waitFor("the API server", settings.WAIT_DEADLINE_MS, log, attempt, isFinal);
  try {
    const owner = await wait(() => serviceAccountOwner(api, settings.CREDENTIALS_OWNER));
    const secrets = new OwnedSecrets(api, owner, CREDENTIALS_MANAGER, labels);
    const apply = async (secret: string, derive: (current: Values) => Values | Promise<Values>) => {
      const { values, change } = await wait(() => secrets.apply(secret, derive));
      log.info({ secret }, DONE[change]);
      return values;
    };

    for (const { secret, keys: names } of keys) {
      await apply(secret, (current) => Object.fromEntries(names.map((key) => [key, current[key] || randomText()])));
    }
    const realm: RealmUser[] = [];
    for (const { secret, username, roles } of users) {
      const values = await apply(secret, ({ [USER_KEYS.password]: current }) => ({
        [USER_KEYS.username]: username,
        [USER_KEYS.password]: current || randomText(),
      }));
      realm.push({ username, password: usable(secret, values[USER_KEYS.password]!), roles });
    }
    // Last: whoever has a password of it can read it by then.
    if (fileRealm) {
      await apply(fileRealm, async ({ [FILE_REALM_KEYS.users]: current }) => ({
        ...(await renderFileRealm(realm, current)),
      }));
    }
  } finally {
    await api.close();
  }
}

const DONE: Readonly<Record<Applied["change"], string>> = {
  created: "created the secret",
  changed: "changed the secret",
  none: "the secret is as it shall be",
};

/** 192 bits in 32 letters, digits, '-' and '_': nothing that a file or a shell takes for something else. */
function randomText(): string {
  return randomBytes(24).toString("base64url");
}

/** A password that a person chose. @throws RefusedError if programs would not agree on what it is */
function usable(secret: string, password: string): string {
  if (password === password.trim() && password.length >= MIN_PASSWORD && !/[\r\n]/.test(password)) return password;
  throw new RefusedError(
    `the password in the secret '${secret}' must be one line of at least ${MIN_PASSWORD} characters without blanks at its ends: set another, or delete the secret, so that it is made anew`,
  );
}

/** Elasticsearch takes no shorter ones. */
const MIN_PASSWORD = 6;

function isFinal(error: unknown): boolean {
  return (
    error instanceof RefusedError || (error instanceof KubernetesError && [400, 405, 413, 422].includes(error.status))
  );
}
