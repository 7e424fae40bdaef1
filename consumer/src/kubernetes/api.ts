import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Pool } from "undici";

export interface KubernetesOptions {
  readonly url: string;
  /** Of a service account: `token`, `ca.crt` and `namespace`. */
  readonly accountDirectory: string;
  readonly timeoutMs: number;
}

/** The API server does not do what it was asked. */
export class KubernetesError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** The few requests that a program in a pod makes, as the pod's service account, about objects of its own namespace. */
export class KubernetesApi {
  readonly namespace: string;
  private readonly pool: Pool;

  constructor(private readonly options: KubernetesOptions) {
    const { protocol, origin } = new URL(options.url);
    const ca = protocol === "https:" ? { ca: this.accountFile("ca.crt") } : {};
    this.namespace = this.accountFile("namespace").trim();
    this.pool = new Pool(origin, { connections: 1, connect: { timeout: options.timeoutMs, ...ca } });
  }

  /** @throws KubernetesError unless there is such an object */
  get<T>(kind: string, name: string): Promise<T> {
    return this.request<T>("GET", `${kind}/${name}`);
  }

  /** @throws KubernetesError of status 409 if there is an object of this name */
  create<T extends object>(kind: string, object: T): Promise<T> {
    return this.request<T>("POST", kind, object);
  }

  /** @throws KubernetesError of status 409 if the object has changed since it was read */
  replace<T extends object>(kind: string, name: string, object: T): Promise<T> {
    return this.request<T>("PUT", `${kind}/${name}`, object);
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async request<T>(method: "GET" | "POST" | "PUT", path: string, object?: object): Promise<T> {
    const answer = await this.pool.request({
      method,
      path: `/api/v1/namespaces/${this.namespace}/${path}`,
      headers: {
        // Read each time: the kubelet renews it.
        authorization: `Bearer ${this.accountFile("token").trim()}`,
        accept: "application/json",
        ...(object ? { "content-type": "application/json" } : {}),
      },
      body: object ? JSON.stringify(object) : null,
      signal: AbortSignal.timeout(this.options.timeoutMs),
    });
    const text = await answer.body.text();
    if (answer.statusCode < 300) return parsed<T>(text) ?? fail(`${method} ${path}: the answer is no JSON`);
    const refused = answer.statusCode === 401 || answer.statusCode === 403;
    throw new KubernetesError(
      `${method} ${path} in namespace '${this.namespace}': ${answer.statusCode}: ${reason(text)}${refused ? ADVICE : ""}`,
      answer.statusCode,
    );
  }

  private accountFile(name: string): string {
    return readFileSync(join(this.options.accountDirectory, name), "utf8");
  }
}

const ADVICE = "; bind a Role that allows it to the service account of this pod";

/** What the API server says. It answers errors with a Status; a proxy before it may not. */
function reason(text: string): string {
  const message = parsed<{ readonly message?: unknown }>(text)?.message;
  return typeof message === "string" ? message.slice(0, 300) : "no reason is given";
}

/** Undefined for what is no JSON: an error of the parser would quote it, and it may be half a Secret. */
function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

function fail(message: string): never {
  throw new Error(message);
}
