import type { ResourceRule } from "./resource-rule";
import {
  below,
  isDefinition,
  isList,
  isMap,
  type Json,
  type JsonMap,
  structure,
  type Synthesized,
  unescaped,
  without,
} from "./synthesized";

/**
 * No secret in what is synthesized, and so none in Terraform's state: where one is needed, its place is named. Refused are Secrets
 * with their data, values of variables, settings and arguments whose names say that they are secret, and texts that look like
 * one, however deep: in the values of a Helm release, in the files of a ConfigMap, in a variable that holds JSON.
 *
 * What a name or a look does not tell is not found. The secret itself is never part of what is said.
 */
export class NoPlainSecrets implements ResourceRule {
  check(resource: Synthesized): string[] {
    return resource.is("secret", "secret_data")
      ? secretProblems("", resource.attributes)
      : search(resource.attributes, "");
  }
}

/** Keys of Secrets whose values are none: Elastic's operator takes roles in a Secret only. */
const PUBLIC_KEYS = ["roles.yml"];

/** What names say, without '-', '_' and '.', of what is secret itself. A name that goes on says where it is, or who has it. */
const SECRET_NAME =
  /(password|passwd|passphrase|clientsecret|cookiesecret|secretkey|apikey|privatekey|encryptionkey|secretaccesskey|token)$/i;
/** The same of variables, which can only hold a value: a setting of this name is most often the name of a Secret. */
const SECRET_VARIABLE = /(secret|credentials?|accesskey|accesskeyid)$/i;
/** Beside these, everything says where a secret is: which Secret, and which key of it. */
const WHERE = ["secretName", "secret_name", "existingSecret"];

/** What secrets look like. */
const LOOKS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/\b[a-z][a-z0-9+.-]*:\/\/(?![^\s/?#@]*[$<])[^\s/?#@]+@/i, "a URL with a user or password"],
  [/\busername=["'][^"']*["']\s+password=["'](?!\$)[^"']/, "a login of Kafka's"],
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, "an access key of AWS"],
  [/\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,})/, "a token of GitHub"],
  [/\bglpat-[\w-]{20,}/, "a token of GitLab"],
  [/\bxox[abeprs]-[\w-]{10,}/, "a token of Slack"],
  [/\bAIza[\w-]{35}/, "a key of Google"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a JSON Web Token"],
];

function search(value: Json | undefined, path: string): string[] {
  if (isList(value)) return value.flatMap((one, index) => search(one, `${path}[${index}]`));
  if (isMap(value)) return value["kind"] === "Secret" ? secretProblems(path, value) : searchMap(value, path);
  return typeof value === "string" ? searchText(unescaped(value), path) : [];
}

function searchMap(map: JsonMap, path: string): string[] {
  const { name, value } = map;
  // A variable of a container, or a value of a release.
  if (typeof name === "string" && value !== undefined) {
    return [
      ...named(name, value, below(path, "value"), SECRET_VARIABLE),
      ...Object.entries(without(map, "name", "value")).flatMap(([key, one]) => search(one, below(path, key))),
    ];
  }
  const names = !WHERE.some((key) => key in map);
  return Object.entries(map).flatMap(([key, one]) =>
    names
      ? named(key, one, below(path, key), /^[A-Z][A-Z0-9_]*$/.test(key) ? SECRET_VARIABLE : undefined)
      : search(one, below(path, key)),
  );
}

/** A value under a name. */
function named(name: string, value: Json | undefined, path: string, also?: RegExp): string[] {
  const isText = typeof value === "string" || typeof value === "number";
  const plain = name.replace(/[-_.\s]/g, "");
  if (isText && (SECRET_NAME.test(plain) || also?.test(plain)) && isLiteral(String(value))) {
    return [`'${path}' has the value of '${name}' in plain text: refer to a key of a Secret`];
  }
  return search(value, path);
}

/** Whether a text is a value itself: not a reference of Terraform's or of a program's, no switch, and no structure of its own. */
function isLiteral(text: string): boolean {
  const plain = unescaped(text).trim();
  if (/^(true|false|none|null)?$/i.test(plain) || (/^[[{]/.test(plain) && structure(plain) !== undefined)) return false;
  return !/^['"]?[$%](\{|\(|[A-Za-z_])/.test(plain);
}

function searchText(text: string, path: string): string[] {
  if (isDefinition(text)) return [];
  const content = structure(text);
  if (content !== undefined) return search(content, path);
  const looks = LOOKS.filter(([look]) => look.test(text)).map(
    ([, what]) => `'${path}' has ${what} in plain text: refer to a key of a Secret`,
  );
  // Properties of Java, arguments, assignments of a shell.
  const lines = text.split("\n").flatMap((line) => {
    const [, name, value] = SETTING.exec(line) ?? [];
    return name !== undefined && value !== undefined && SECRET_NAME.test(name.replace(/[-_.]/g, "")) && isLiteral(value)
      ? [`'${path}' has the value of '${name}' in plain text: refer to a key of a Secret`]
      : [];
  });
  return [...looks, ...lines];
}

const SETTING = /^\s*(?:export\s+|--?)?([\w.-]+)\s*[=:]\s*(\S.*)$/;

/** Of a Secret, in the provider's spelling or the API's. */
function secretProblems(path: string, secret: JsonMap): string[] {
  const keys = Object.entries(secret).flatMap(([attribute, data]) =>
    !/^(binary_)?(string)?data(_wo)?$/i.test(attribute) ? [] : isMap(data) ? Object.keys(data) : [attribute],
  );
  const secrets = keys.filter((key) => !PUBLIC_KEYS.includes(key));
  return secrets.length === 0
    ? []
    : [
        `${path ? `'${path}'` : "it"} is a Secret with its data (${secrets.join(", ")}), which Terraform's state would have too: have it made in the cluster, and refer to it`,
      ];
}
