import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Duration } from "../core/duration";
import { goMemoryLimit } from "../core/go-memory-limit";
import { Size } from "../core/size";
import { Problems } from "../core/validation";
import type { Credentials } from "../credentials/credentials";
import { externalEndpoint, type NetworkEndpoint, PodGroup } from "../kubernetes/network";
import { type EnvValue, podTemplate } from "../kubernetes/pod";
import { PodVolume } from "../kubernetes/pod-volume";
import type { KubernetesSite } from "../kubernetes/site";
import type { OpenIdConnect } from "./authentication";
import { providerProblems } from "./ingress-validation";
import type { IKibana } from "./kibana";

export interface OidcProxyProps {
  /** oauth2-proxy's, 7.15 or later. */
  readonly image: ContainerImage;
  /** What is behind it. */
  readonly kibana: IKibana;
  /** Where people open it: an origin with https. */
  readonly publicUrl: string;
  readonly provider: OpenIdConnect;
  /** Where the key is made that cookies are encrypted with. With another key, everybody is asked again. */
  readonly credentials: Credentials;
}

/**
 * Kibana behind oauth2-proxy: whom the OpenID Connect provider does not know, and whose address is of another domain, gets
 * nothing of it. Its callback at the provider is `<publicUrl>/oauth2/callback`.
 *
 * **Who gets through is still asked by Kibana itself**, for a user of Elasticsearch: taking over who somebody is needs more than
 * the basic licence. The proxy therefore leaves the header `Authorization` alone, and tells Kibana nothing of whom it let in.
 * A script with an API key does not get through; within the cluster it asks Kibana itself.
 *
 * It believes the headers `X-Forwarded-*` of whoever reaches it, which is nobody but the pods of the namespace that is let in.
 * Authorities are read when it starts: restart it when Kibana's is renewed (ECK does that once a year).
 */
export class OidcProxy extends Construct implements IKibana {
  readonly endpoint: NetworkEndpoint;
  readonly service = { name: NAME, port: PORT, https: false } as const;
  readonly ready: ITerraformDependable;

  /** @throws ConfigurationError for a provider that cannot be asked, or that would let anybody in */
  constructor(scope: Construct, id: string, site: KubernetesSite, props: OidcProxyProps) {
    super(scope, id);
    const { kibana, provider, credentials } = props;
    new Problems().add(providerProblems(provider)).throwIfAny();
    const { ca } = kibana.service;
    const { "cookie-secret": cookieSecret } = credentials.addKeys(NAME, ["cookie-secret"]);

    const pods = new PodGroup(this, site, NAME);
    pods.allowTo(kibana.endpoint);
    // Its address is behind its name, and other names of its own that it is to be asked at.
    pods.allowTo(externalEndpoint("oidc-provider", [Number(new URL(provider.issuerUrl).port || 443)]));
    const deployment = new DeploymentV1(this, "Resource", {
      metadata: site.metadata(NAME),
      spec: {
        replicas: "2",
        selector: { matchLabels: pods.labels },
        template: podTemplate(site, NAME, {
          user: NONROOT,
          spread: true,
          containers: [
            {
              name: NAME,
              image: props.image,
              env: {
                ...variables({
                  ...LOGIN,
                  ...PASSED_ON,
                  http_address: `0.0.0.0:${PORT}`,
                  oidc_issuer_url: provider.issuerUrl,
                  client_id: provider.clientId,
                  client_secret: provider.clientSecret,
                  email_domains: provider.emailDomains.join(),
                  redirect_url: `${props.publicUrl}/oauth2/callback`,
                  cookie_secret: cookieSecret,
                  upstreams: upstream(kibana, site),
                }),
                ...(ca ? { SSL_CERT_DIR: `/etc/ssl/certs:${CA_DIRECTORY}` } : {}),
                GOMEMLIMIT: goMemoryLimit(MEMORY),
              },
              resources: { cpu: Cpu.millis(20), memory: MEMORY },
              ports: { http: PORT },
              ...(ca
                ? {
                    mounts: [
                      {
                        volume: PodVolume.secret("kibana-ca", ca.secret, [ca.key]),
                        path: CA_DIRECTORY,
                        readOnly: true,
                      },
                    ],
                  }
                : {}),
              // It starts once the provider has answered.
              startup: { ask: { http: "/ping", port: PORT }, failures: 24 },
              readiness: { ask: { http: "/ready", port: PORT } },
              liveness: { ask: { http: "/ping", port: PORT }, period: Duration.seconds(10), failures: 6 },
            },
          ],
        }),
      },
      waitForRollout: true,
      dependsOn: [credentials.ready, kibana.ready],
    });
    new PodDisruptionBudgetV1(this, "DisruptionBudget", {
      metadata: site.metadata(NAME),
      spec: { maxUnavailable: "1", selector: { matchLabels: pods.labels } },
    });
    new ServiceV1(this, "Service", {
      metadata: site.metadata(NAME),
      spec: {
        type: "ClusterIP",
        selector: pods.labels,
        port: [{ name: "http", port: PORT, targetPort: "http", protocol: "TCP" }],
      },
    });
    this.endpoint = pods.endpoint([PORT]);
    this.ready = deployment;
  }
}

const NAME = "oidc-proxy";
const PORT = 4180;
/** The user `nonroot` of the image, which is distroless. */
const NONROOT = { uid: 65532, gid: 65532 };
const MEMORY = Size.mebibytes(128);
const CA_DIRECTORY = "/run/secrets/kibana-ca";

/** How it asks, and how long it remembers the answer. */
const LOGIN = {
  provider: "oidc",
  code_challenge_method: "S256",
  insecure_oidc_skip_nonce: "false",
  // There is one provider, and so nothing to choose.
  skip_provider_button: "true",
  // The prefix has browsers hold it to https, to this host and to every path of it.
  cookie_name: "__Host-oidc-proxy",
  cookie_secure: "true",
  cookie_samesite: "lax",
  // Who left the provider stays out from the next day on.
  cookie_expire: "12h",
  // Nobody asks for the provider's tokens again, and with them cookies outgrow what controllers take of headers.
  session_cookie_minimal: "true",
} as const;

/** What Kibana gets of a request. */
const PASSED_ON = {
  // Else addresses in what it prints are all the controller's, and what it redirects to begins with http.
  reverse_proxy: "true",
  pass_host_header: "true",
  pass_authorization_header: "false",
  pass_basic_auth: "false",
  pass_access_token: "false",
  pass_user_headers: "false",
  // As long as Kibana keeps a connection open itself (server.socketTimeout).
  upstream_timeout: "120s",
  silence_ping_logging: "true",
} as const;

/** Settings by the names that oauth2-proxy's file has for them, as variables. */
function variables(settings: Readonly<Record<string, EnvValue>>): Record<string, EnvValue> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`OAUTH2_PROXY_${name.toUpperCase()}`, value]),
  );
}

/** By the name that ECK's certificate has for the Service whatever it is called: `GetServiceDNSName` in its pkg/utils/k8s. */
function upstream({ service }: IKibana, site: KubernetesSite): string {
  return `${service.https ? "https" : "http"}://${service.name}.${site.namespace}.svc:${service.port}/`;
}
