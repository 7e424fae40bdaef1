import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { generate } from "selfsigned";
import { ElasticsearchClient } from "../../consumer/src/elasticsearch/client";

interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** A certificate of a server on loopback, which is its own authority. */
async function selfSigned(commonName: string): Promise<KeyPair> {
  const { private: key, cert } = await generate([{ name: "commonName", value: commonName }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  return { key, cert };
}

let first: KeyPair;
let second: KeyPair;
let folder: string;
let caFile: string;
let passwordFile: string;
let server: Server;
let connections: number;
let authorizations: (string | undefined)[];
let client: ElasticsearchClient;
let status: number;
/** Answers that are held back. */
let held: (() => void)[] | undefined;

beforeAll(async () => {
  [first, second] = await Promise.all([selfSigned("first"), selfSigned("second")]);
  folder = mkdtempSync(join(tmpdir(), "log-pipeline-elasticsearch-"));
  caFile = join(folder, "ca.crt");
  passwordFile = join(folder, "password");
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  writeFileSync(caFile, first.cert);
  writeFileSync(passwordFile, "first");
  connections = 0;
  authorizations = [];
  status = 200;
  held = undefined;
  server = createServer(first, (request, response) => {
    authorizations.push(request.headers.authorization);
    const answer = () => response.writeHead(status).end("{}");
    if (held) held.push(answer);
    else answer();
  });
  server.on("secureConnection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = open();
});
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function open(): ElasticsearchClient {
  const { port } = server.address() as AddressInfo;
  return new ElasticsearchClient({
    urls: [`https://127.0.0.1:${port}`],
    username: "me",
    passwordFile,
    caFile,
    timeoutMs: 5_000,
    connections: 2,
  });
}

const ask = () => client.request("GET", "_cluster/health");

/** The server has another certificate, and its clients connect anew. */
function renewCertificate(pair: KeyPair): void {
  server.setSecureContext(pair);
  server.closeAllConnections();
}

describe("authorities", () => {
  test("are verified", async () => {
    expect((await ask()).status).toBe(200);
    writeFileSync(caFile, second.cert);
    await client.close();
    client = open();
    await expect(ask()).rejects.toThrow(/self.signed certificate|unable to verify/);
  });

  test("that were renewed are read after a connection has failed, and the next attempt has them", async () => {
    await ask();
    renewCertificate(second);
    await expect(ask()).rejects.toThrow();
    await expect(ask()).rejects.toThrow(/self.signed certificate|unable to verify/);
    writeFileSync(caFile, second.cert);
    await expect(ask()).rejects.toThrow(/self.signed certificate|unable to verify/);
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(200);
  });

  test("may be several: the old and the new one", async () => {
    renewCertificate(second);
    writeFileSync(caFile, `${first.cert}\n${second.cert}`);
    await ask().catch(() => undefined);
    expect((await ask()).status).toBe(200);
    renewCertificate(first);
    await ask().catch(() => undefined);
    expect((await ask()).status).toBe(200);
  });

  test("that are the same keep the connections, whatever fails", async () => {
    await ask();
    const before = connections;
    await expect(client.request("GET", "", undefined, 0)).rejects.toThrow();
    await ask();
    expect(connections - before).toBeLessThanOrEqual(1);
    status = 503;
    expect((await ask()).status).toBe(503);
  });

  test("that cannot be read leave those that were, and the error is the request's", async () => {
    await ask();
    rmSync(caFile);
    server.closeAllConnections();
    renewCertificate(second);
    await ask().catch(() => undefined);
    await expect(ask()).rejects.toThrow(/self.signed certificate|unable to verify/);
    renewCertificate(first);
    await ask().catch(() => undefined);
    expect((await ask()).status).toBe(200);
  });

  test("that are new end no request that is under way", async () => {
    held = [];
    const underWay = ask();
    await until(() => held?.length === 1);
    writeFileSync(caFile, `${first.cert}\n${second.cert}`);
    // Fails, and has the file read again.
    await expect(client.request("GET", "", undefined, 1)).rejects.toThrow();
    const afterwards = ask();
    await until(() => (held?.length ?? 0) >= 2);
    for (const answer of held) answer();
    expect((await underWay).status).toBe(200);
    expect((await afterwards).status).toBe(200);
  });
});

test("a renewed password is read after a refusal", async () => {
  status = 401;
  await ask();
  writeFileSync(passwordFile, "second\n");
  await ask();
  status = 200;
  await ask();
  expect(authorizations.map((value) => Buffer.from(value?.slice("Basic ".length) ?? "", "base64").toString())).toEqual([
    "me:first",
    "me:first",
    "me:second",
  ]);
});

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 4_000; !condition(); await pause(5)) {
    if (Date.now() > deadline) throw new Error("waited in vain");
  }
}
