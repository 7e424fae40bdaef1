import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exec } from "../lib/exec";
import { LISTEN, NETWORK, NODE, PATHS } from "./layout";

/**
 * Who signs. Of etcd's authority only etcd and the API server have a certificate: no other component may reach its data. Who
 * has one of the front proxy's may say on whose behalf it asks: the API server alone, for the extensions of its API.
 */
const AUTHORITIES = ["ca", "etcd-ca", "front-proxy-ca"] as const;
export type Authority = (typeof AUTHORITIES)[number];

export interface CertificateRequest {
  readonly authority: Authority;
  /** The user that Kubernetes sees in it, for a client. */
  readonly commonName: string;
  /** The group that Kubernetes sees in it. @default none */
  readonly organization?: string;
  /** Addresses and names that it serves under. @default none: a client's */
  readonly serves?: readonly string[];
}

const server = (commonName: string, ...serves: string[]): CertificateRequest => ({
  authority: "ca",
  commonName,
  serves,
});
const client = (commonName: string, organization?: string): CertificateRequest => ({
  authority: "ca",
  commonName,
  ...(organization ? { organization } : {}),
});

/** Names are those of the files, NAME.crt and NAME.key. */
export const CERTIFICATES = {
  "etcd-server": { authority: "etcd-ca", commonName: "etcd", serves: [LISTEN.etcd.address, "localhost"] },
  "etcd-client": { authority: "etcd-ca", commonName: "kube-apiserver" },
  "front-proxy-client": { authority: "front-proxy-ca", commonName: "front-proxy-client" },
  "api-server": server(
    "kube-apiserver",
    ...[LISTEN.apiServer.address, NETWORK.apiService, "127.0.0.1", "localhost", "kubernetes", "kubernetes.default"],
    ...["kubernetes.default.svc", `kubernetes.default.svc.${NETWORK.domain}`],
  ),
  "api-server-kubelet-client": client("kube-apiserver-kubelet-client"),
  "controller-manager-server": server("kube-controller-manager", LISTEN.controllerManager.address, "localhost"),
  "scheduler-server": server("kube-scheduler", LISTEN.scheduler.address, "localhost"),
  "kubelet-server": server(`system:node:${NODE}`, LISTEN.kubelet.address, NODE),
  admin: client("log-pipeline-admin", "system:masters"),
  "controller-manager": client("system:kube-controller-manager"),
  scheduler: client("system:kube-scheduler"),
  proxy: client("system:kube-proxy"),
  kubelet: client(`system:node:${NODE}`, "system:nodes"),
} as const satisfies Record<string, CertificateRequest>;

export type CertificateName = keyof typeof CERTIFICATES;
export type KeyPairName = CertificateName | Authority;

/** The pair that signs and checks the tokens of service accounts. */
export const SERVICE_ACCOUNT_KEYS = {
  private: join(PATHS.certificates, "service-accounts.key"),
  public: join(PATHS.certificates, "service-accounts.pub"),
} as const;

export function keyPair(name: KeyPairName): { readonly certificate: string; readonly key: string } {
  return {
    certificate: join(PATHS.certificates, `${name}.crt`),
    key: join(PATHS.certificates, `${name}.key`),
  };
}

/** openssl's settings for one certificate. Its own configuration file differs between distributions. */
export function renderRequest(request: CertificateRequest | "authority"): string {
  const authority = request === "authority";
  const serves = authority ? [] : (request.serves ?? []);
  const names = serves.map((name, index) => `${/^[\d.]+$/.test(name) ? "IP" : "DNS"}.${index + 1} = ${name}`);
  const extensions = authority
    ? ["basicConstraints = critical, CA:true", "keyUsage = critical, keyCertSign, cRLSign"]
    : [
        "basicConstraints = critical, CA:false",
        "keyUsage = critical, digitalSignature",
        // etcd answers as a server and greets its peers as a client with the same certificate.
        `extendedKeyUsage = ${serves.length > 0 ? "serverAuth, " : ""}clientAuth`,
        ...(names.length > 0 ? ["subjectAltName = @names"] : []),
      ];
  return [
    ...["[req]", "prompt = no", "distinguished_name = subject", "x509_extensions = extensions"],
    ...["[subject]", ...subject(request)],
    ...["[extensions]", "subjectKeyIdentifier = hash", ...extensions],
    ...(names.length > 0 ? ["[names]", ...names] : []),
    "",
  ].join("\n");
}

function subject(request: CertificateRequest | "authority"): string[] {
  if (request === "authority") return ["CN = log-pipeline-cluster"];
  return [...(request.organization ? [`O = ${request.organization}`] : []), `CN = ${request.commonName}`];
}

/** Makes the authorities, certificates and keys that are not there yet. */
export async function ensureCertificates(): Promise<void> {
  mkdirSync(PATHS.certificates, { recursive: true, mode: 0o700 });
  await Promise.all(AUTHORITIES.map((name) => ensureKeyPair(name, "authority")));
  await Promise.all([
    ...Object.entries(CERTIFICATES).map(([name, request]) => ensureKeyPair(name as CertificateName, request)),
    ensureServiceAccountKeys(),
  ]);
}

async function ensureKeyPair(name: KeyPairName, request: CertificateRequest | "authority"): Promise<void> {
  const { certificate, key } = keyPair(name);
  if (existsSync(certificate)) return;
  const settings = `${certificate}.cnf`;
  writeFileSync(settings, renderRequest(request));
  const issuer = request === "authority" ? undefined : keyPair(request.authority);
  await exec("openssl", [
    ...["req", "-x509", "-new", "-nodes", "-days", "3650", "-config", settings],
    ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", key, "-out", `${certificate}.new`],
    ...(issuer ? ["-CA", issuer.certificate, "-CAkey", issuer.key] : []),
  ]);
  rmSync(settings);
  // Last, so that an interrupted run leaves no certificate without its key.
  renameSync(`${certificate}.new`, certificate);
}

async function ensureServiceAccountKeys(): Promise<void> {
  const { private: key, public: checks } = SERVICE_ACCOUNT_KEYS;
  if (existsSync(checks)) return;
  await exec("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key]);
  await exec("openssl", ["pkey", "-in", key, "-pubout", "-out", checks]);
}
