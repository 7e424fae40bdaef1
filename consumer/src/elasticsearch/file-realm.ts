import { pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

export interface RealmUser {
  readonly username: string;
  readonly password: string;
  readonly roles: readonly string[];
}

/** Elasticsearch's files of the same names, in its configuration directory. */
export interface FileRealm {
  readonly users: string;
  readonly users_roles: string;
}

/**
 * The two files of Elasticsearch's file realm.
 *
 * @param before `users` as it was: a hash that still fits is kept, so that the same users are the same file
 */
export async function renderFileRealm(users: readonly RealmUser[], before = ""): Promise<FileRealm> {
  const hashes = new Map(before.split("\n").map((line) => splitAt(line, line.indexOf(":"))));
  const sorted = [...users].sort((a, b) => (a.username < b.username ? -1 : 1));
  const lines = await Promise.all(
    sorted.map(async ({ username, password }) => {
      const known = hashes.get(username);
      const hash = known !== undefined && (await fits(password, known)) ? known : await hashPassword(password);
      return `${username}:${hash}\n`;
    }),
  );
  const roles = [...new Set(sorted.flatMap((user) => user.roles))].sort();
  const members = (role: string) => sorted.filter((user) => user.roles.includes(role)).map(({ username }) => username);
  return {
    users: lines.join(""),
    users_roles: roles.map((role) => `${role}:${members(role).join(",")}\n`).join(""),
  };
}

// Elasticsearch tells by the prefix how to verify, whatever algorithm it would hash new passwords with. More rounds would
// only cost time: they make up for passwords that can be guessed, and ours have 192 random bits.
const PREFIX = "{PBKDF2}";
const ROUNDS = 10_000;
const SALT_BYTES = 32;
const HASH_BYTES = 32;

/** As Elasticsearch's `Hasher` writes it: PBKDF2 with HMAC-SHA-512, rounds, salt and hash. */
export async function hashPassword(password: string, salt = randomBytes(SALT_BYTES)): Promise<string> {
  const hash = await derive(password, salt, ROUNDS, HASH_BYTES, "sha512");
  return `${PREFIX}${ROUNDS}$${salt.toString("base64")}$${hash.toString("base64")}`;
}

async function fits(password: string, hash: string): Promise<boolean> {
  const salt = Buffer.from(hash.split("$")[1] ?? "", "base64");
  if (salt.length !== SALT_BYTES) return false;
  const [wanted, found] = [Buffer.from(await hashPassword(password, salt)), Buffer.from(hash)];
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

const derive = promisify(pbkdf2);

function splitAt(text: string, at: number): [string, string] {
  return [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
}
