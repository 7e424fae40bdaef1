import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { isDigest } from "../../images/digests";
import { exec } from "../lib/exec";
import { UserError } from "../lib/user-error";

/** A list of images of several architectures has a digest of its own, which is what a reference means. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const TIMEOUT_MS = 30_000;

export interface Reference {
  /** With its port, if it has one. */
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

/** What Docker takes a reference for: without a host it is one of Docker Hub's. */
export function parseReference(reference: string): Reference {
  const [, name = "", tag = ""] = /^(.+):([\w][\w.-]*)$/.exec(reference) ?? [];
  const [first = "", ...rest] = name.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (hasHost) return { host: first, repository: rest.join("/"), tag };
  return { host: "registry-1.docker.io", repository: rest.length > 0 ? name : `library/${name}`, tag };
}

/**
 * Asks a registry for the digest of an image, by the Distribution API, with Docker's own login: nothing is pulled, and no Engine
 * is needed.
 *
 * @param dockerConfig the folder of Docker's own settings. @default ~/.docker
 * @returns undefined if the registry has no such image
 * @throws UserError if the registry does not answer, or not to whoever asks
 */
export async function registryDigest(reference: string, dockerConfig?: string): Promise<string | undefined> {
  const { host, repository, tag } = parseReference(reference);
  // As Docker does: plain text on this machine only.
  const scheme = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host) ? "http" : "https";
  const url = `${scheme}://${host}/v2/${repository}/manifests/${tag}`;
  const dispatcher = new EnvHttpProxyAgent();
  try {
    let answer = await head(url, undefined, dispatcher);
    if (answer.statusCode === 401) {
      const login = await loginOf(host, dockerConfig || join(homedir(), ".docker"));
      const challenge = String(answer.headers["www-authenticate"] ?? "");
      answer = await head(url, await authorization(challenge, login, dispatcher), dispatcher);
    }
    if (answer.statusCode === 404) return undefined;
    const digest = answer.headers["docker-content-digest"];
    if (answer.statusCode === 200 && isDigest(digest)) return digest;
    throw new UserError(refusal(reference, host, answer.statusCode));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `registry ${host} does not answer for ${reference} (${(error as Error).message}): is it called so, and can it be reached from here?`,
    );
  } finally {
    await dispatcher.close();
  }
}

function refusal(reference: string, host: string, status: number): string {
  return status === 401 || status === 403
    ? `registry ${host} refuses to show ${reference} (${status}): log in with 'docker login ${host}'`
    : `registry ${host} answers ${status}, without a digest, for ${reference}: try again`;
}

async function head(url: string, authorization: string | undefined, dispatcher: Dispatcher) {
  const headers = { accept: MANIFESTS, ...(authorization ? { authorization } : {}) };
  const answer = await request(url, { method: "HEAD", headers, dispatcher, signal: AbortSignal.timeout(TIMEOUT_MS) });
  await answer.body.dump();
  return answer;
}

/** What a challenge asks for: a password, or a token that another server gives for one, or for nothing. */
async function authorization(
  challenge: string,
  login: string | undefined,
  dispatcher: Dispatcher,
): Promise<string | undefined> {
  const basic = login === undefined ? undefined : `Basic ${login}`;
  if (!/^bearer /i.test(challenge)) return basic;
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
  const realm = field("realm");
  if (!realm) return basic;
  const url = new URL(realm);
  for (const name of ["service", "scope"]) {
    const value = field(name);
    if (value) url.searchParams.set(name, value);
  }
  const { body, statusCode } = await request(url, {
    headers: basic ? { authorization: basic } : {},
    dispatcher,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await body.text();
  if (statusCode !== 200) return undefined;
  const { token, access_token: other } = JSON.parse(text) as { token?: string; access_token?: string };
  return `Bearer ${token ?? other}`;
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** What `docker login` kept for a host: user and password, in base64. @returns undefined if nobody has logged in */
async function loginOf(host: string, folder: string): Promise<string | undefined> {
  const key = host === "registry-1.docker.io" ? "https://index.docker.io/v1/" : host;
  let config: DockerConfig;
  try {
    config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as DockerConfig;
  } catch {
    return undefined;
  }
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (!helper) return config.auths?.[key]?.auth;
  const { exitCode, stdout } = await exec(`docker-credential-${helper}`, ["get"], { input: key, allowFailure: true });
  if (exitCode !== 0) return undefined;
  const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string };
  return Buffer.from(`${Username}:${Secret}`).toString("base64");
}
