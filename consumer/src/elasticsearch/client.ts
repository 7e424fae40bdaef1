import { readFileSync } from "node:fs";
import { type Dispatcher, Pool } from "undici";
import type { ContentSettings } from "../../../contract/content-settings";
import type { ElasticsearchConnectionSettings } from "../../../contract/settings";

export interface ElasticsearchOptions {
  readonly urls: readonly string[];
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly timeoutMs: number;
  readonly connections: number;
  /** Sent with every request. @default none */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The options that settings give. @param connections to each node, at most */
export function clientOptions(settings: ElasticsearchConnectionSettings, connections: number): ElasticsearchOptions {
  return {
    urls: settings.ELASTICSEARCH_URLS,
    username: settings.ELASTICSEARCH_USERNAME,
    passwordFile: settings.ELASTICSEARCH_PASSWORD_FILE,
    caFile: settings.ELASTICSEARCH_CA_FILE,
    timeoutMs: settings.ELASTICSEARCH_REQUEST_TIMEOUT_MS,
    connections,
  };
}

/** The options for Kibana's public APIs, which are spoken to in the same way. */
export function kibanaOptions(settings: ContentSettings, url: string): ElasticsearchOptions {
  return {
    urls: [url],
    username: settings.KIBANA_USERNAME,
    passwordFile: settings.KIBANA_PASSWORD_FILE,
    caFile: settings.KIBANA_CA_FILE,
    timeoutMs: settings.KIBANA_REQUEST_TIMEOUT_MS,
    connections: 1,
    // Kibana changes nothing without the first; the second is the version of its public APIs (Elastic, "Kibana APIs").
    headers: { "kbn-xsrf": "true", "elastic-api-version": "2023-10-31" },
  };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Node {
  readonly pool: Pool;
  /** Path of the URL, without its last slash: Elasticsearch may be behind a proxy. */
  readonly prefix: string;
}

/**
 * The few requests that the program makes, each to the next of the nodes. Renewed credentials and authorities are read again
 * after a request that failed, so the attempt after it has them.
 */
export class ElasticsearchClient {
  private nodes: readonly Node[];
  private authorities: string | undefined;
  private next = 0;
  private authorization: string | undefined;

  constructor(private readonly options: ElasticsearchOptions) {
    this.authorities = this.readAuthorities();
    this.nodes = this.connect();
    this.readCredentials();
  }

  /**
   * @param path without its first slash
   * @throws Error if there is no whole answer in time
   */
  async request(
    method: "GET" | "PUT" | "POST" | "DELETE",
    path: string,
    body?: { readonly type: string; readonly content: Buffer | string },
    timeoutMs = this.options.timeoutMs,
  ): Promise<Answer> {
    // In turn: a node that does not answer costs this attempt, and the retry goes to another.
    const node = this.nodes[this.next++ % this.nodes.length]!;
    const headers: Record<string, string> = { ...this.options.headers };
    if (this.authorization !== undefined) headers["authorization"] = this.authorization;
    if (body !== undefined) headers["content-type"] = body.type;
    const { answer, text } = await this.attempt(node, {
      method,
      path: `${node.prefix}/${path}`,
      headers,
      body: body?.content ?? null,
      signal: AbortSignal.timeout(timeoutMs),
    });
    // Credentials are rotated by writing a new file: look again before the next attempt.
    if (answer.statusCode === 401) this.readCredentials();
    return { status: answer.statusCode, body: text };
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map(({ pool }) => pool.destroy()));
  }

  private async attempt(node: Node, request: Dispatcher.RequestOptions) {
    try {
      const answer = await node.pool.request(request);
      return { answer, text: await answer.body.text() };
    } catch (error) {
      this.renewAuthorities();
      throw error;
    }
  }

  private connect(): readonly Node[] {
    const { urls, connections, timeoutMs } = this.options;
    const ca = this.authorities;
    return urls.map((url) => {
      const { origin, pathname } = new URL(url);
      const pool = new Pool(origin, {
        connections,
        pipelining: 1,
        keepAliveTimeout: 60_000,
        // One deadline for the whole request is enough.
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: { timeout: Math.min(10_000, timeoutMs), ...(ca === undefined ? {} : { ca }) },
      });
      return { pool, prefix: pathname.replace(/\/$/, "") };
    });
  }

  /** New connections, if a certificate may have been refused because the authorities are other ones now. */
  private renewAuthorities(): void {
    let authorities: string | undefined;
    try {
      authorities = this.readAuthorities();
    } catch {
      // What failed is the request, and that is what the caller is told.
      return;
    }
    if (authorities === this.authorities) return;
    this.authorities = authorities;
    const before = this.nodes;
    this.nodes = this.connect();
    // Requests that are under way end by themselves.
    for (const { pool } of before) pool.close().catch(() => undefined);
  }

  private readAuthorities(): string | undefined {
    const { caFile } = this.options;
    return caFile === undefined ? undefined : readFileSync(caFile, "utf8");
  }

  private readCredentials(): void {
    const { username, passwordFile } = this.options;
    if (username === undefined || passwordFile === undefined) return;
    const password = readFileSync(passwordFile, "utf8").trim();
    this.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  }
}
