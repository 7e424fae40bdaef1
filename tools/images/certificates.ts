import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where systems keep their certificate authorities: Debian, Red Hat, Alpine and macOS. */
const SYSTEM_BUNDLES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/**
 * A file of every certificate authority that this host trusts. Builds download through the host's network, which may be
 * behind a proxy with an authority of its own; images themselves never receive this file.
 *
 * @returns undefined if the host has none: the builder's own are used then
 */
export function hostCertificates(cacheDir: string, env: NodeJS.ProcessEnv): string | undefined {
  const system = SYSTEM_BUNDLES.find(existsSync);
  const named = [env["SSL_CERT_FILE"], env["NODE_EXTRA_CA_CERTS"]].filter(
    (file) => file !== undefined && existsSync(file),
  );
  const files = [...new Set([system, ...named])].filter((file) => file !== undefined);
  if (files.length === 0) return undefined;
  const bundle = files.map((file) => readFileSync(file, "utf8")).join("\n");
  const path = join(cacheDir, "certificates", `${createHash("sha256").update(bundle).digest("hex").slice(0, 12)}.pem`);
  if (!existsSync(path)) {
    mkdirSync(join(cacheDir, "certificates"), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, bundle);
    renameSync(`${path}.${process.pid}`, path);
  }
  return path;
}
