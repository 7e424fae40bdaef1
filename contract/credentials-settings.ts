import { z } from "zod";
import { common, jsonOf, name, parseSettings, positive, type Environment } from "./settings";

/** Says which Secrets `credentials apply` made and may change; what does not carry it is somebody's own. */
export const CREDENTIALS_MANAGER = { "app.kubernetes.io/managed-by": "log-pipeline-credentials" } as const;

/** Keys of a user's Secret. */
export const USER_KEYS = { username: "username", password: "password" } as const;

/** Keys of the Secret that is Elasticsearch's file realm: the names of the files that it reads. */
export const FILE_REALM_KEYS = { users: "users", roles: "users_roles" } as const;

const secretName = z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be a DNS label");
// Neither may hold what the realm's files separate with: ':' and ','.
const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,99}$/, "must be 1 to 100 small letters, digits, '_', '.' or '-'");

/** A user of Elasticsearch's file realm: a Secret of its own, so that a pod mounts no other's password. */
const userSchema = z.strictObject({ secret: secretName, username: identifier, roles: z.array(identifier).nonempty() });

/** A Secret of random values that only have to stay what they are. */
const keysSchema = z.strictObject({
  secret: secretName,
  keys: z.array(z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/, "must be a key of a Secret")).nonempty(),
});

/** Every Secret that shall be there. */
const credentialsSchema = z
  .strictObject({
    /** What each Secret carries, beside {@link CREDENTIALS_MANAGER}. */
    labels: z.record(name, z.string()).default({}),
    users: z.array(userSchema).default([]),
    keys: z.array(keysSchema).default([]),
    /** Derived from `users`: their names with hashes of their passwords, and their roles. */
    fileRealm: secretName.optional(),
  })
  .superRefine((credentials, context) => {
    const problem = (message: string) => context.addIssue({ code: "custom", message });
    for (const secret of repeated(secretNames(credentials))) problem(`the secret '${secret}' is named twice`);
    for (const user of repeated(credentials.users.map(({ username }) => username)))
      problem(`the user '${user}' is named twice`);
    if (credentials.users.length > 0 && !credentials.fileRealm) problem("'users' need a 'fileRealm'");
    if (credentials.users.length + credentials.keys.length === 0) problem("there is nothing to make");
  });

export type CredentialsInput = z.input<typeof credentialsSchema>;
export type Credentials = Readonly<z.output<typeof credentialsSchema>>;
export type User = Credentials["users"][number];

/** Settings of `credentials apply`. */
const credentialsSettingsSchema = z.object({
  ...common,
  /** JSON of {@link CredentialsInput}. */
  CREDENTIALS: jsonOf(credentialsSchema),
  /** The program's service account. It owns what the program makes, so that the Secrets go when it does. */
  CREDENTIALS_OWNER: name,
  KUBERNETES_URL: z.url({ protocol: /^https?$/ }).default("https://kubernetes.default.svc"),
  /** Where the account's token, the authority of the API server and the name of the namespace are. */
  KUBERNETES_ACCOUNT_DIRECTORY: z
    .string()
    .startsWith("/", "must be an absolute path")
    .default("/var/run/secrets/kubernetes.io/serviceaccount"),
  /** Of one request, in milliseconds. */
  KUBERNETES_REQUEST_TIMEOUT_MS: positive.default(10_000),
});

export type CredentialsSettings = Readonly<z.output<typeof credentialsSettingsSchema>>;

/** The value of `CREDENTIALS`. @throws ZodError for what `credentials apply` would refuse */
export function renderCredentials(credentials: CredentialsInput): string {
  return JSON.stringify(credentialsSchema.parse(credentials));
}

/** @throws SettingsError with one line for each setting that is missing or wrong */
export function parseCredentialsSettings(env: Environment): CredentialsSettings {
  return parseSettings("the credentials'", credentialsSettingsSchema, env);
}

/** Every Secret that is made of these, and no other. */
export function secretNames({ users, keys, fileRealm }: Pick<Credentials, "users" | "keys" | "fileRealm">): string[] {
  return [...users, ...keys].map(({ secret }) => secret).concat(fileRealm ?? []);
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((one, at) => names.indexOf(one) !== at))];
}
