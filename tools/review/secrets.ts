import { type Data, isList, isObject } from "./data";
import { structure } from "./meaning";

/** Where something looks like a secret, and like what. Never the secret itself: it would be shown once more. */
export interface SecretLook {
  readonly looks: string;
  /** Names that lead to it, from the outside. */
  readonly path: readonly string[];
}

/**
 * What looks like a secret in plain sight, by rules of this file alone: the aspect that refuses plain secrets at synth has its
 * own, and is not asked here.
 *
 * @param tree a synthesized stack, or a part of one
 */
export function secretsIn(tree: Data, path: readonly string[] = []): SecretLook[] {
  const found: SecretLook[] = [];
  visit(tree, path, (looks, where) => {
    found.push({ looks, path: where });
    return undefined;
  });
  return found;
}

/** The same, with a remark in the place of each secret. */
export function withoutSecrets(tree: Data): Data {
  return visit(tree, [], (looks) => `(withheld: ${looks})`);
}

/** Called for each secret; what it returns takes the secret's place, if anything. */
type OnSecret = (looks: string, path: readonly string[]) => string | undefined;

function visit(tree: Data, path: readonly string[], on: OnSecret): Data {
  if (typeof tree === "string") return visitText(tree, path, on);
  if (isList(tree)) return tree.map((one) => visit(one, path, on));
  if (!isObject(tree)) return tree;
  const { name, value } = tree;
  if (typeof name === "string" && typeof value === "string" && Object.keys(tree).length === 2) {
    return { name, value: visit(value, [...path, name], on) };
  }
  return Object.fromEntries(
    Object.entries(tree).map(([key, one]) => [key, entry(tree["kind"] === "Secret", key, one, [...path, key], on)]),
  );
}

function entry(ofSecret: boolean, key: string, one: Data, path: readonly string[], on: OnSecret): Data {
  if (/^kubernetes_secret/.test(key)) return on(`Secret of Terraform's: ${key}`, path) ?? one;
  if (!ofSecret || !/^(stringData|data)$/.test(key) || !isObject(one)) return visit(one, path, on);
  return Object.fromEntries(
    Object.entries(one).map(([name, text]) => [
      name,
      // Which rights there are is no secret; Elastic's operator wants it in one.
      name === "roles.yml" ? text : (on(`Secret with '${name}'`, [...path, name]) ?? text),
    ]),
  );
}

function visitText(text: string, path: readonly string[], on: OnSecret): Data {
  const inner = structure(text);
  if (inner !== undefined) {
    let count = 0;
    const clean = visit(inner, path, (...found) => {
      count += 1;
      return on(...found);
    });
    if (count > 0) return canBeText(clean) ? JSON.stringify(clean) : text;
  }
  const name = path.at(-1) ?? "";
  const looks = LOOKS.find(([, look]) => look.test(text))?.[0] ?? (inner === undefined ? named(name, text) : undefined);
  return looks === undefined ? text : (on(looks, path) ?? text);
}

function canBeText(data: Data): boolean {
  return typeof data === "object";
}

const LOOKS: readonly (readonly [string, RegExp])[] = [
  ["PEM of a key", /BEGIN [A-Z ]*PRIVATE KEY/],
  ["password in a URL", /:\/\/[^\s/:@"]*:[^\s/@"]+@/],
  ["login of HTTP", /\b(Basic|Bearer) [A-Za-z0-9+/._-]{8,}/],
  ["bcrypt", /\$2[abxy]\$\d\d\$/],
  ["PBKDF2", /\{PBKDF2/],
  ["access key of AWS", /\bA[KS]IA[0-9A-Z]{16}\b/],
  ["token of a forge", /\b(gh[pousr]_|glpat-|github_pat_)\w{8}/],
  ["JSON Web Token", /\beyJ[\w-]{6,}\.[\w-]{6,}\./],
  // 24 characters or more that are no word, no path and no name: upper and lower case and digits.
  [
    "random text",
    /(?<![\w+/.-])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9]*\d)[A-Za-z0-9+/]{24,}={0,2}(?![\w.-])/,
  ],
  ["random hexadecimal", /(?<![0-9a-f-])(?!0+\b)[0-9a-f]{32,}(?![0-9a-f])/],
];

/** A value under a name that tells of a secret, where it says neither where the secret is nor whether there is one. */
function named(name: string, value: string): string | undefined {
  const plain = SECRET.test(name) && !WHERE.test(name) && !REFERENCE.test(value) && !NAMED.test(`${name}: ${value}`);
  return plain ? `value of '${name}'` : undefined;
}

const SECRET =
  /pass(word|wd|phrase)|secret|token|credential|api_?-?key|private_?-?key|access_?-?key|encryption_?-?key/i;
/** Names that go on: a file, a Secret's name, a key of one. */
const WHERE = /(_file|_owner|secret_?name|secretPrefix|_path|_token_account)$/i;
/** Nothing, a switch, or what another program puts in its place. */
const REFERENCE = /^(|true|false|\$+\{\w.*\}|'\$\(\w+\)')$/s;
/** What the credentials program is told to make, and so no more than names. */
const NAMED = /^secret: (elasticsearch-user-[a-z0-9-]+|kibana-keys|oidc-proxy)$/;
