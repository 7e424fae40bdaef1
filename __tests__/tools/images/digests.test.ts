import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "@jest/globals";
import { production } from "../../../environments/production";
import { staging } from "../../../environments/staging";
import { pinned, readDigests } from "../../../images/digests";
import {
  ownReferencesIn,
  recordDigests,
  referencesIn,
  requireDigests,
  resolveDigests,
} from "../../../tools/images/digests";
import { unpublished } from "../../../tools/images/push";
import { parseReference, registryDigest } from "../../../tools/images/registry";
import { IMAGES } from "../../support/environments";

const REGISTRY = "registry.test/team";
const DIGEST = `sha256:${"0".repeat(64)}`;
const folder = mkdtempSync(join(tmpdir(), "digests-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("an image whose digest is known is referred to by it, and others by their tags", () => {
  expect(pinned(IMAGES, { [IMAGES.kafka]: DIGEST })).toEqual({ ...IMAGES, kafka: `${IMAGES.kafka}@${DIGEST}` });
});

test("what was recorded is read, and nothing else is taken for it", () => {
  const file = join(folder, "digests.json");
  expect(readDigests(file)).toEqual({});
  recordDigests({ a: DIGEST }, file);
  expect(readDigests(file)).toEqual({ a: DIGEST });
  writeFileSync(file, '{"a":"1"}');
  expect(() => readDigests(file)).toThrow(
    "is no list of image digests: write it again with 'npm run images -- --resolve",
  );
});

test("what a registry has is not built again", async () => {
  const [consumer, services] = ownReferencesIn(REGISTRY, "registry");
  expect(await unpublished("registry", REGISTRY, () => Promise.resolve(DIGEST))).toEqual([]);
  const missing = await unpublished("registry", REGISTRY, (reference) =>
    Promise.resolve(reference === consumer ? DIGEST : undefined),
  );
  expect(missing.map(({ name, target }) => [name, target])).toEqual([["sample-services", services]]);
});

test("digests are of public images too, and all that are nowhere are named", async () => {
  const all = referencesIn(REGISTRY, "registry");
  expect(Object.keys(await resolveDigests(REGISTRY, "registry", () => Promise.resolve(DIGEST)))).toEqual(
    [...all].sort(),
  );
  const none = resolveDigests(REGISTRY, "registry", () => Promise.resolve(undefined));
  await expect(none).rejects.toThrow(
    /there is no image apache\/kafka:[^]*'npm run images -- --push registry.test\/team'/,
  );
});

test("what keeps data is planned by digests only", () => {
  for (const environment of [staging, production]) {
    const registry = environment.platform.imageRegistry!;
    const own = ownReferencesIn(registry, "registry");
    const known = Object.fromEntries(own.map((reference) => [reference, DIGEST]));
    expect(() => requireDigests(environment, "registry", known)).not.toThrow();
    expect(() => requireDigests(environment, "registry", { [own[0]!]: DIGEST })).toThrow(
      `environment '${environment.name}' keeps data, and the digest of ${own[1]} is not known, so that another image could run than is planned: 'npm run images -- --source registry --resolve ${registry}' asks for it`,
    );
  }
});

describe("a registry", () => {
  test.each([
    ["apache/kafka:4.3.0", "registry-1.docker.io", "apache/kafka", "4.3.0"],
    ["busybox:1", "registry-1.docker.io", "library/busybox", "1"],
    ["127.0.0.1:5000/a/b:c", "127.0.0.1:5000", "a/b", "c"],
    ["quay.io/a/b:v1", "quay.io", "a/b", "v1"],
  ])("of %s is %s", (reference, host, repository, tag) => {
    expect(parseReference(reference)).toEqual({ host, repository, tag });
  });

  let server: Server | undefined;
  afterEach(async () => {
    await new Promise((done) => (server ? server.close(done) : done(undefined)));
    server = undefined;
  });
  async function serve(
    answer: (path: string, authorization: string | undefined) => [number, Record<string, string>, string?],
  ) {
    const made = createServer((asked, reply) => {
      const [status, headers, body] = answer(asked.url!, asked.headers.authorization);
      reply.writeHead(status, headers).end(body);
    });
    server = made;
    await new Promise<void>((listening) => made.listen(0, "127.0.0.1", listening));
    return `127.0.0.1:${(made.address() as AddressInfo).port}`;
  }

  test("says the digest of what it has, and nothing of what it has not", async () => {
    const host = await serve((path) =>
      path === "/v2/team/consumer/manifests/1" ? [200, { "docker-content-digest": DIGEST }] : [404, {}],
    );
    expect(await registryDigest(`${host}/team/consumer:1`)).toBe(DIGEST);
    expect(await registryDigest(`${host}/team/consumer:2`)).toBeUndefined();
  });

  test("that asks for a token gets one", async () => {
    const host: string = await serve((path, authorization) => {
      if (path.startsWith("/token?service=s&scope=repository%3Aa%3Apull")) return [200, {}, '{"token":"t"}'];
      if (authorization === "Bearer t") return [200, { "docker-content-digest": DIGEST }];
      const challenge = `Bearer realm="http://${host}/token",service="s",scope="repository:a:pull"`;
      return [401, { "www-authenticate": challenge }];
    });
    expect(await registryDigest(`${host}/a:1`)).toBe(DIGEST);
  });

  test("that refuses, or is broken, is not taken for one that has not", async () => {
    const host = await serve((path) => [path.includes("/a/") ? 403 : 500, {}]);
    await expect(registryDigest(`${host}/a:1`)).rejects.toThrow(`log in with 'docker login ${host}'`);
    await expect(registryDigest(`${host}/b:1`)).rejects.toThrow(`registry ${host} answers 500, without a digest`);
  });
});
