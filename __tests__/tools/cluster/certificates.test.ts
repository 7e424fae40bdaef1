import { expect, test } from "@jest/globals";
import { CERTIFICATES, renderRequest } from "../../../tools/cluster/certificates";

test("a server's certificate has its names and addresses", () => {
  expect(renderRequest(CERTIFICATES["kubelet-server"])).toBe(`[req]
prompt = no
distinguished_name = subject
x509_extensions = extensions
[subject]
CN = system:node:log-pipeline
[extensions]
subjectKeyIdentifier = hash
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = @names
[names]
IP.1 = 10.231.0.1
DNS.2 = log-pipeline
`);
});

test("a client's certificate has its user and group, and serves nothing", () => {
  const request = renderRequest(CERTIFICATES.admin);
  expect(request).toContain("O = system:masters\nCN = log-pipeline-admin\n");
  expect(request).toContain("extendedKeyUsage = clientAuth\n");
  expect(request).not.toContain("subjectAltName");
});

test("only an authority may sign", () => {
  expect(renderRequest("authority")).toContain("CA:true");
  for (const request of Object.values(CERTIFICATES)) expect(renderRequest(request)).toContain("CA:false");
});

test("etcd's authority is known by etcd and the API server alone", () => {
  const known = Object.entries(CERTIFICATES).filter(([, { authority }]) => authority === "etcd-ca");
  expect(known.map(([name]) => name)).toEqual(["etcd-server", "etcd-client"]);
});

test("the administrator alone is in the group that may do everything", () => {
  const masters = Object.entries(CERTIFICATES).filter(([, request]) =>
    renderRequest(request).includes("O = system:masters"),
  );
  expect(masters.map(([name]) => name)).toEqual(["admin"]);
});
