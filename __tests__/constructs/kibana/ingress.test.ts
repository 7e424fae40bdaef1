import { describe, expect, test } from "@jest/globals";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { TerraformStack } from "cdktf";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { Credentials } from "../../../constructs/credentials/credentials";
import type { OpenIdConnect } from "../../../constructs/kibana/authentication";
import { KibanaIngress, type KibanaIngressProps } from "../../../constructs/kibana/ingress";
import type { IKibana } from "../../../constructs/kibana/kibana";
import { PodGroup } from "../../../constructs/kubernetes/network";
import { podTemplate } from "../../../constructs/kubernetes/pod";
import type { KubernetesSite } from "../../../constructs/kubernetes/site";
import { differences } from "../../support/differences";
import { type KubernetesJson, SITE, stackWithSite, synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const CA = SecretRef.of("kibana-kb-http-certs-public", "ca.crt");

/** As ECK makes it: its Service is nobody's here. */
function kibana(stack: TerraformStack, site: KubernetesSite, https: boolean): IKibana {
  const pods = new PodGroup(stack, site, "kibana");
  const ready = new DeploymentV1(stack, "Kibana", {
    metadata: site.metadata("kibana"),
    spec: {
      selector: { matchLabels: pods.labels },
      template: podTemplate(site, "kibana", {
        user: { uid: 1, gid: 1 },
        containers: [
          {
            name: "kibana",
            image: ContainerImage.of("kibana:1"),
            resources: { cpu: Cpu.millis(1), memory: Size.mebibytes(1) },
            ports: { http: 5601 },
          },
        ],
      }),
    },
  });
  return {
    endpoint: pods.endpoint([5601]),
    service: { name: "kibana-kb-http", port: 5601, https, ...(https ? { ca: CA } : {}) },
    ready,
  };
}

type Change = Partial<Omit<KibanaIngressProps, "kibana" | "credentials">> & { readonly https?: boolean };

const LOGIN: Change = {
  publicUrl: "https://logs.example.com",
  className: "public",
  controllerNamespace: "ingress-nginx",
  tlsSecret: "kibana-tls",
  authentication: { kind: "login" },
};

const PROVIDER: OpenIdConnect = {
  kind: "oidc",
  issuerUrl: "https://accounts.example.com",
  clientId: "logs",
  clientSecret: SecretRef.of("oidc-client", "client-secret"),
  emailDomains: ["example.com"],
};
const OIDC: Change = { ...LOGIN, authentication: PROVIDER, proxyImage: ContainerImage.of("oauth2-proxy:1") };

function add(stack: TerraformStack, site: KubernetesSite, { https = true, ...change }: Change): void {
  let credentials: Credentials | undefined;
  new KibanaIngress(stack, "Ingress", site, {
    ...(change as KibanaIngressProps),
    kibana: kibana(stack, site, https),
    credentials: () =>
      (credentials ??= new Credentials(stack, "Credentials", site, { image: ContainerImage.of("consumer:1") })),
  });
}

const synth = (change: Change): KubernetesJson => synthOnSite((stack, site) => add(stack, site, change));
const withProvider = (change: Partial<OpenIdConnect>): Change => ({
  ...OIDC,
  authentication: { ...PROVIDER, ...change } as OpenIdConnect,
});

function refused(change: Change): readonly string[] {
  const { stack, site } = stackWithSite();
  try {
    add(stack, site, change);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems;
  }
}

const login = synth(LOGIN);
const oidc = synth(OIDC);
const ingressOf = (json: KubernetesJson) => json.named("ingress_v1", "kibana");
const namesOf = (json: KubernetesJson) => json.names().filter((name) => !/deny-all|allow-dns|credentials/.test(name));
const tcp = (port: string) => [{ port, protocol: "TCP" }];
const inNamespace = (name: string) => ({
  namespace_selector: { match_labels: { "kubernetes.io/metadata.name": name } },
});

describe("the Ingress", () => {
  test("leads the whole host to Kibana, with TLS, once that is ready", () => {
    const { metadata, spec } = ingressOf(login);
    expect(metadata).not.toHaveProperty("annotations");
    expect(spec).toEqual({
      ingress_class_name: "public",
      tls: [{ hosts: ["logs.example.com"], secret_name: "kibana-tls" }],
      rule: [
        {
          host: "logs.example.com",
          http: {
            path: [
              {
                path: "/",
                path_type: "Prefix",
                backend: { service: { name: "kibana-kb-http", port: { number: 5601 } } },
              },
            ],
          },
        },
      ],
    });
    expect(login.dependencies(ingressOf(login))).toEqual(["deployment_v1/kibana"]);
  });

  test("is one object and one policy: nothing else is opened", () => {
    expect(namesOf(login)).toEqual([
      "deployment_v1/kibana",
      "ingress_v1/kibana",
      "network_policy_v1/kibana-from-ingress-controller",
    ]);
    expect(login.policies()["kibana-from-ingress-controller"]?.spec.ingress).toEqual([
      { from: [inNamespace("ingress-nginx")], ports: tcp("5601") },
    ]);
    expect(brokenRelations(login)).toEqual([]);
  });

  const host = "logs.example.org";
  test.each<[string, Change, (spec: { rule: { host: string }[] }) => Record<string, unknown>]>([
    [
      "publicUrl",
      { publicUrl: `https://${host}` },
      ({ rule }) => ({
        "spec > rule": [{ ...rule[0], host }],
        "spec > tls": [{ hosts: [host], secret_name: "kibana-tls" }],
      }),
    ],
    ["publicUrl's port", { publicUrl: "https://logs.example.com:8443" }, () => ({})],
    ["className", { className: "other" }, () => ({ "spec > ingress_class_name": "other" })],
    [
      "tlsSecret",
      { tlsSecret: "logs.example.com-tls" },
      () => ({ "spec > tls": [{ hosts: ["logs.example.com"], secret_name: "logs.example.com-tls" }] }),
    ],
    [
      "annotations",
      { annotations: { "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" } },
      () => ({ "metadata > annotations > nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" }),
    ],
    ["controllerNamespace", { controllerNamespace: "other" }, () => ({})],
  ])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
    const [before, after] = [ingressOf(login), ingressOf(synth({ ...LOGIN, ...change }))];
    expect(differences(before, after)).toEqual(expected(before.spec));
  });

  test("lets in the controller's namespace that is named", () => {
    const made = synth({ ...LOGIN, controllerNamespace: "other" }).policies();
    expect(made["kibana-from-ingress-controller"]?.spec.ingress?.[0]?.from).toEqual([inNamespace("other")]);
  });
});

describe("with OpenID Connect", () => {
  const proxy = oidc.container("deployment_v1", "oidc-proxy");
  const env = (json: KubernetesJson) => json.env("deployment_v1", "oidc-proxy");

  test("a proxy of two stands before Kibana, of which one may go at a time", () => {
    expect(namesOf(oidc)).toEqual([
      "deployment_v1/kibana",
      "deployment_v1/oidc-proxy",
      "ingress_v1/kibana",
      "network_policy_v1/kibana-from-oidc-proxy",
      "network_policy_v1/oidc-proxy-from-ingress-controller",
      "network_policy_v1/oidc-proxy-to-kibana",
      "network_policy_v1/oidc-proxy-to-oidc-provider",
      "pod_disruption_budget_v1/oidc-proxy",
      "service_v1/oidc-proxy",
    ]);
    const { selector, ...deployment } = oidc.named("deployment_v1", "oidc-proxy").spec;
    expect(deployment).toMatchObject({ replicas: "2" });
    expect(oidc.named("pod_disruption_budget_v1", "oidc-proxy").spec).toEqual({ max_unavailable: "1", selector });
    expect(oidc.pod("deployment_v1", "oidc-proxy").spec.topology_spread_constraint).toHaveLength(1);
    expect(brokenRelations(oidc)).toEqual([]);
  });

  test("the Ingress leads to it, by the port of its Service, once it is ready", () => {
    const [{ name, port }] = oidc.named("service_v1", "oidc-proxy").spec.port;
    expect(name).toBe("http");
    const { backend } = ingressOf(oidc).spec.rule[0].http.path[0];
    expect(backend.service).toEqual({ name: "oidc-proxy", port: { number: port } });
    expect(oidc.dependencies(ingressOf(oidc))).toEqual(["deployment_v1/oidc-proxy"]);
    const waited = oidc.dependencies(oidc.named("deployment_v1", "oidc-proxy"));
    expect(waited.map((one) => one.replace(/-[0-9a-f]{8}$/, ""))).toEqual([
      "deployment_v1/kibana",
      "job_v1/credentials",
    ]);
  });

  test("Kibana is reached by it alone, and it by the controller alone", () => {
    const made = oidc.policies();
    const from = (name: string) => made[name]?.spec.ingress;
    expect(from("oidc-proxy-from-ingress-controller")).toEqual([
      { from: [inNamespace("ingress-nginx")], ports: tcp("4180") },
    ]);
    expect(from("kibana-from-oidc-proxy")?.[0]?.from).toMatchObject([
      { pod_selector: { match_labels: { "app.kubernetes.io/name": "oidc-proxy" } } },
    ]);
    const toKibana = Object.values(made).filter(({ metadata }) => metadata.name.startsWith("kibana-from-"));
    expect(toKibana).toHaveLength(1);
    expect(made["oidc-proxy-to-oidc-provider"]?.spec.egress).toEqual([{ ports: tcp("443") }]);
  });

  test("its settings by value; secrets are where they are made or given", () => {
    expect(env(oidc)).toEqual({
      OAUTH2_PROXY_PROVIDER: "oidc",
      OAUTH2_PROXY_OIDC_ISSUER_URL: "https://accounts.example.com",
      OAUTH2_PROXY_CLIENT_ID: "logs",
      OAUTH2_PROXY_CLIENT_SECRET: "oidc-client/client-secret",
      OAUTH2_PROXY_CODE_CHALLENGE_METHOD: "S256",
      OAUTH2_PROXY_INSECURE_OIDC_SKIP_NONCE: "false",
      OAUTH2_PROXY_EMAIL_DOMAINS: "example.com",
      OAUTH2_PROXY_SKIP_PROVIDER_BUTTON: "true",
      OAUTH2_PROXY_REDIRECT_URL: "https://logs.example.com/oauth2/callback",
      OAUTH2_PROXY_COOKIE_NAME: "__Host-oidc-proxy",
      OAUTH2_PROXY_COOKIE_SECRET: "oidc-proxy/cookie-secret",
      OAUTH2_PROXY_COOKIE_SECURE: "true",
      OAUTH2_PROXY_COOKIE_SAMESITE: "lax",
      OAUTH2_PROXY_COOKIE_EXPIRE: "12h",
      OAUTH2_PROXY_SESSION_COOKIE_MINIMAL: "true",
      OAUTH2_PROXY_HTTP_ADDRESS: "0.0.0.0:4180",
      OAUTH2_PROXY_REVERSE_PROXY: "true",
      OAUTH2_PROXY_UPSTREAMS: `https://kibana-kb-http.${SITE.namespace}.svc:5601/`,
      OAUTH2_PROXY_UPSTREAM_TIMEOUT: "120s",
      OAUTH2_PROXY_PASS_HOST_HEADER: "true",
      OAUTH2_PROXY_PASS_AUTHORIZATION_HEADER: "false",
      OAUTH2_PROXY_PASS_BASIC_AUTH: "false",
      OAUTH2_PROXY_PASS_ACCESS_TOKEN: "false",
      OAUTH2_PROXY_PASS_USER_HEADERS: "false",
      OAUTH2_PROXY_SILENCE_PING_LOGGING: "true",
      SSL_CERT_DIR: "/etc/ssl/certs:/run/secrets/kibana-ca",
      GOMEMLIMIT: "102MiB",
    });
    expect(env(oidc)).not.toHaveProperty("OAUTH2_PROXY_SSL_UPSTREAM_INSECURE_SKIP_VERIFY");
    expect(oidc.env("job_v1", "credentials")["CREDENTIALS"]).toContain(
      '{"secret":"oidc-proxy","keys":["cookie-secret"]}',
    );
  });

  test("it verifies Kibana's certificate by the authority that is mounted", () => {
    const [mount] = proxy.volume_mount ?? [];
    const volume = oidc.pod("deployment_v1", "oidc-proxy").spec.volume?.find(({ name }) => name === mount?.name);
    expect(volume?.secret).toMatchObject({ secret_name: CA.secret, items: [{ key: CA.key, path: CA.key }] });
    expect(mount).toMatchObject({ read_only: true });
    expect(env(oidc)["SSL_CERT_DIR"]?.split(":")).toContain(mount?.mount_path);
  });

  test("it listens and is asked on one port, and runs as the user of its image", () => {
    const port = proxy.port?.[0]?.container_port;
    expect(env(oidc)["OAUTH2_PROXY_HTTP_ADDRESS"]).toBe(`0.0.0.0:${port}`);
    const asked = (path: string) => ({ http_get: { path, port: String(port) } });
    expect([proxy.startup_probe, proxy.readiness_probe, proxy.liveness_probe]).toMatchObject([
      asked("/ping"),
      asked("/ready"),
      asked("/ping"),
    ]);
    expect(oidc.pod("deployment_v1", "oidc-proxy").spec.security_context).toMatchObject({ run_as_user: "65532" });
    expect(proxy.resources).toEqual({ requests: { cpu: "20m", memory: "128Mi" }, limits: { memory: "128Mi" } });
  });

  const envDifferences = (change: Change) => differences(env(oidc), env(synth(change)));

  test.each<[string, Partial<OpenIdConnect>, Record<string, string>]>([
    [
      "issuerUrl",
      { issuerUrl: "https://id.example.com/realms/a/" },
      { OIDC_ISSUER_URL: "https://id.example.com/realms/a/" },
    ],
    ["clientId", { clientId: "other" }, { CLIENT_ID: "other" }],
    ["clientSecret", { clientSecret: SecretRef.of("o", "k") }, { CLIENT_SECRET: "o/k" }],
    ["emailDomains", { emailDomains: ["example.com", "example.org"] }, { EMAIL_DOMAINS: "example.com,example.org" }],
  ])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
    expect(envDifferences(withProvider(change))).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, value]) => [`OAUTH2_PROXY_${name}`, value])),
    );
  });

  test("'publicUrl' alone changes where the provider sends people back to", () => {
    expect(envDifferences({ ...OIDC, publicUrl: "https://logs.example.org" })).toEqual({
      OAUTH2_PROXY_REDIRECT_URL: "https://logs.example.org/oauth2/callback",
    });
  });

  test("a Kibana without TLS is spoken to without", () => {
    const json = synth({ ...OIDC, https: false });
    expect(differences(env(oidc), env(json))).toEqual({
      OAUTH2_PROXY_UPSTREAMS: `http://kibana-kb-http.${SITE.namespace}.svc:5601/`,
      SSL_CERT_DIR: undefined,
    });
    expect(json.container("deployment_v1", "oidc-proxy")).not.toHaveProperty("volume_mount");
  });

  test("a provider on a port of its own is reached there", () => {
    const made = synth(withProvider({ issuerUrl: "https://id.example.com:8443" })).policies();
    expect(made["oidc-proxy-to-oidc-provider"]?.spec.egress).toEqual([{ ports: tcp("8443") }]);
  });

  test("its image is the one that is given", () => {
    const json = synth({ ...OIDC, proxyImage: ContainerImage.of("oauth2-proxy:9") });
    expect(differences(proxy, json.container("deployment_v1", "oidc-proxy"))).toEqual({ image: "oauth2-proxy:9" });
  });
});

describe("refused is", () => {
  const correct = (url: string) =>
    `Ingress: 'publicUrl' (${url}) must be 'https://' and the host's name, without a path, as in 'https://logs.example.com': correct it`;

  test.each([
    "http://logs.example.com",
    "https://logs.example.com/",
    "https://logs.example.com/kibana",
    "https://logs.example.com?a",
    "https://me@logs.example.com",
    "https://Logs.example.com",
    "https://logs_1.example.com",
    "https://192.0.2.1",
    "https://[::1]",
    "logs.example.com",
    "",
  ])("the address '%s'", (publicUrl) => {
    expect(refused({ ...LOGIN, publicUrl })).toEqual([correct(publicUrl)]);
  });

  test("no address", () => {
    expect(refused({ ...LOGIN, publicUrl: undefined })).toEqual([
      "Ingress: 'publicUrl' is not stated, so that it has no host: state it, as in 'https://logs.example.com'",
    ]);
  });

  test("a host of 254 characters, and none of 253", () => {
    const host = (length: number) => `https://${`${"a".repeat(61)}.`.repeat(4)}${"b".repeat(length - 248)}`;
    expect(refused({ ...LOGIN, publicUrl: host(253) })).toEqual([]);
    expect(refused({ ...LOGIN, publicUrl: host(254) })).toHaveLength(1);
    expect(refused({ ...LOGIN, publicUrl: `https://${"a".repeat(63)}.test` })).toEqual([]);
    expect(refused({ ...LOGIN, publicUrl: `https://${"a".repeat(64)}.test` })).toHaveLength(1);
  });

  test.each<[Change, string]>([
    [{ className: "Public" }, "Ingress: 'className' (Public) can be no IngressClass: correct it"],
    [{ tlsSecret: "tls_1" }, "Ingress: 'tlsSecret' (tls_1) can be no Secret: correct it"],
    [{ controllerNamespace: "a.b" }, "Ingress: 'controllerNamespace' (a.b) can be no namespace: correct it"],
    [
      { controllerNamespace: SITE.namespace },
      `Ingress: 'controllerNamespace' (${SITE.namespace}) is the environment's own namespace, whose pods reach nothing that no grant opened: name the controller's`,
    ],
  ])("%j", (change, message) => {
    expect(refused({ ...LOGIN, ...change })).toEqual([message]);
  });

  const ANNOTATION = "nginx.ingress.kubernetes.io/backend-protocol";
  const wrong = (value: string, spoken: string) =>
    `Ingress: 'annotations' has '${ANNOTATION}' (${value}), and what is behind it speaks ${spoken}: correct it`;

  test.each<[Change, string, readonly string[]]>([
    [LOGIN, "HTTPS", []],
    [LOGIN, "HTTP", [wrong("HTTP", "HTTPS")]],
    [{ ...LOGIN, https: false }, "HTTPS", [wrong("HTTPS", "HTTP")]],
    [{ ...LOGIN, https: false }, "HTTP", []],
    [OIDC, "HTTPS", [wrong("HTTPS", "HTTP")]],
    [OIDC, "HTTP", []],
  ])("another protocol than is spoken behind it", (change, protocol, problems) => {
    expect(refused({ ...change, annotations: { [ANNOTATION]: protocol } })).toEqual(problems);
  });

  test("a proxy without an image", () => {
    expect(refused({ ...LOGIN, authentication: PROVIDER })).toEqual([
      "Ingress: 'authentication' (oidc) needs the image of oauth2-proxy, which the images' source does not have: take 'login', or the source 'registry'",
    ]);
  });

  const issuer = (url: string) =>
    `OIDC: 'issuerUrl' (${url}) must be a URL with https and without a query, as in its 'issuer' of /.well-known/openid-configuration: correct it`;
  const domain = (name: string) =>
    `OIDC: 'emailDomains' has '${name}', which is no domain, such as example.com: name those of people's addresses`;

  test.each<[Partial<OpenIdConnect>, readonly string[]]>([
    [{ issuerUrl: "http://accounts.example.com" }, [issuer("http://accounts.example.com")]],
    [{ issuerUrl: "accounts.example.com" }, [issuer("accounts.example.com")]],
    [{ issuerUrl: "https://accounts.example.com?a" }, [issuer("https://accounts.example.com?a")]],
    [{ clientId: "" }, ["OIDC: 'clientId' is empty: state the one that the provider knows this client by"]],
    [
      { emailDomains: [] as unknown as OpenIdConnect["emailDomains"] },
      ["OIDC: 'emailDomains' is empty, so that nobody is let in: name the domains of people's addresses"],
    ],
    [{ emailDomains: ["*", "example.com", "a,b"] }, [domain("*"), domain("a,b")]],
  ])("a provider that is %j", (change, problems) => {
    expect(refused(withProvider(change))).toEqual(problems);
  });

  test("everything at once", () => {
    expect(refused({ ...LOGIN, publicUrl: "", className: "", tlsSecret: "", controllerNamespace: "" })).toHaveLength(4);
  });
});
