import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SecretJson {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

export interface RuleJson {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resource_names?: readonly string[];
}

export interface Asked {
  readonly verb: "get" | "create" | "update";
  readonly kind: string;
  readonly name: string;
  readonly token: string | undefined;
}

/** What goes wrong with a request; true if it is answered by this. */
export type Fault = (asked: Asked, response: ServerResponse, request: IncomingMessage) => boolean | void;

const PATH = /^\/api\/v1\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/;
const VERBS: Readonly<Record<string, Asked["verb"]>> = { GET: "get", POST: "create", PUT: "update" };

/** Plays the API server's part for Secrets and one service account, over real HTTP: versions, conflicts, rules. */
export class KubernetesDouble {
  readonly directory = mkdtempSync(join(tmpdir(), "account-"));
  readonly secrets = new Map<string, SecretJson>();
  readonly asked: Asked[] = [];
  /** Before each request. */
  fault: Fault = () => false;
  /** What the account may do. @default everything */
  rules: readonly RuleJson[] | undefined;
  accountUid = "uid-1";
  private version = 0;
  private readonly server = createServer((request, response) => void this.serve(request, response));

  constructor(
    readonly namespace = "here",
    readonly account = "credentials",
  ) {
    writeFileSync(join(this.directory, "namespace"), `${namespace}\n`);
    this.setToken("token-1");
  }

  setToken(token: string): void {
    writeFileSync(join(this.directory, "token"), `${token}\n`);
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.directory, { recursive: true });
  }

  /** As a person would. */
  put(name: string, values: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>> = {}): void {
    const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, base64(value)]));
    this.store({ metadata: { name, labels }, data });
  }

  /** What is in a Secret. */
  values(name: string): Record<string, string> {
    const data = Object.entries(this.secrets.get(name)?.data ?? {});
    return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
  }

  writes(): string[] {
    return this.asked.filter(({ verb }) => verb !== "get").map(({ verb, name }) => `${verb} ${name}`);
  }

  private store(secret: SecretJson): SecretJson {
    const stored = { ...secret, metadata: { ...secret.metadata, resourceVersion: String(++this.version) } };
    this.secrets.set(secret.metadata.name, stored);
    return stored;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as SecretJson) : undefined;
    const [, namespace, kind = "", inPath] = PATH.exec(request.url ?? "") ?? [];
    const verb = VERBS[request.method ?? ""];
    const name = inPath ?? body?.metadata.name ?? "";
    const refuse = (status: number, message: string) =>
      void response.writeHead(status).end(JSON.stringify({ kind: "Status", status: "Failure", message, code: status }));
    if (namespace !== this.namespace || !verb) return refuse(404, "no such path");

    const asked: Asked = { verb, kind, name, token: request.headers.authorization };
    this.asked.push(asked);
    if (this.fault(asked, response, request)) return;
    if (!this.allows(asked)) {
      return refuse(
        403,
        `${kind} "${name}" is forbidden: User "system:serviceaccount:${namespace}:${this.account}" cannot ${verb} resource "${kind}"`,
      );
    }
    const answer = (status: number, object: object) => void response.writeHead(status).end(JSON.stringify(object));
    if (kind === "serviceaccounts") {
      return name === this.account
        ? answer(200, { metadata: { name, uid: this.accountUid } })
        : refuse(404, `serviceaccounts "${name}" not found`);
    }
    const found = this.secrets.get(name);
    if (verb === "get") return found ? answer(200, found) : refuse(404, `secrets "${name}" not found`);
    if (verb === "create") {
      return found ? refuse(409, `secrets "${name}" already exists`) : answer(201, this.store(body!));
    }
    if (!found) return refuse(404, `secrets "${name}" not found`);
    if (body!.metadata.resourceVersion !== found.metadata.resourceVersion) {
      return refuse(409, `Operation cannot be fulfilled on secrets "${name}": the object has been modified`);
    }
    return answer(200, this.store(body!));
  }

  /** As RBAC decides: the name of what is to be created is not known to it. */
  private allows({ verb, kind, name }: Asked): boolean {
    return (this.rules ?? [{ resources: [kind], verbs: [verb] }]).some(
      (rule) =>
        rule.resources.includes(kind) &&
        rule.verbs.includes(verb) &&
        (!rule.resource_names || (verb !== "create" && rule.resource_names.includes(name))),
    );
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
