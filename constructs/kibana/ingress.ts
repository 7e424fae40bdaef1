import { IngressV1 } from "@cdktf/provider-kubernetes/lib/ingress-v1";
import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Problems } from "../core/validation";
import type { Credentials } from "../credentials/credentials";
import type { KubernetesSite } from "../kubernetes/site";
import type { KibanaAuthentication } from "./authentication";
import { ingressProblems } from "./ingress-validation";
import type { IKibana } from "./kibana";
import { OidcProxy } from "./oidc-proxy";

export interface KibanaIngressProps {
  readonly kibana: IKibana;
  /** Where people open it, as in `https://logs.example.com`; Kibana's own `publicUrl`. */
  readonly publicUrl: string | undefined;
  /** IngressClass of the controller. */
  readonly className: string;
  /** Namespace of the controller's pods: these, and no others, are let in. */
  readonly controllerNamespace: string;
  /** Secret with the certificate of `publicUrl` (`kubernetes.io/tls`). */
  readonly tlsSecret: string;
  /** What the controller must be told, such as that it shall speak HTTPS with what is behind it. @default nothing */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly authentication: KibanaAuthentication;
  /** Image of oauth2-proxy, which `oidc` needs. @default none: `login` only */
  readonly proxyImage?: ContainerImage;
  /** Where keys are made. Called for `oidc` only. */
  readonly credentials: () => Credentials;
}

/**
 * The way to Kibana from outside: its whole host, with TLS. Pods of the controller's namespace reach what is behind it and nothing
 * else: Kibana, or with `oidc` the proxy before it, and Kibana then from the proxy only.
 */
export class KibanaIngress extends Construct {
  /** @throws ConfigurationError naming everything that cannot work */
  constructor(scope: Construct, id: string, site: KubernetesSite, props: KibanaIngressProps) {
    super(scope, id);
    const { className, controllerNamespace, tlsSecret, annotations, authentication } = props;
    const oidc = authentication.kind === "oidc" ? authentication : undefined;
    const problems = new Problems()
      .add(ingressProblems(props, site.namespace))
      .require(
        !oidc || props.proxyImage !== undefined,
        "Ingress: 'authentication' (oidc) needs the image of oauth2-proxy, which the images' source does not have: take 'login', or the source 'registry'",
      )
      .add(backendProblems(annotations ?? {}, props.kibana.service.https && !oidc));
    problems.throwIfAny();

    const publicUrl = props.publicUrl as string;
    const front: IKibana =
      oidc && props.proxyImage
        ? new OidcProxy(this, "Proxy", site, {
            image: props.proxyImage,
            kibana: props.kibana,
            publicUrl,
            provider: oidc,
            credentials: props.credentials(),
          })
        : props.kibana;
    front.endpoint.admitNamespace(controllerNamespace, "ingress-controller");
    const host = new URL(publicUrl).hostname;
    const backend = { service: { name: front.service.name, port: { number: front.service.port } } };
    new IngressV1(this, "Resource", {
      metadata: site.metadata("kibana", annotations ? { annotations: { ...annotations } } : {}),
      spec: {
        ingressClassName: className,
        tls: [{ hosts: [host], secretName: tlsSecret }],
        rule: [{ host, http: { path: [{ path: "/", pathType: "Prefix", backend }] } }],
      },
      dependsOn: [front.ready],
    });
  }
}

/** Controllers that are told by this annotation what is spoken behind them answer 502, or worse, if it is not so. */
function backendProblems(annotations: Readonly<Record<string, string>>, https: boolean): string[] {
  return Object.entries(annotations)
    .filter(([name, value]) => name.endsWith("/backend-protocol") && /^(HTTPS|h1-ssl)$/i.test(value) !== https)
    .map(
      ([name, value]) =>
        `Ingress: 'annotations' has '${name}' (${value}), and what is behind it speaks ${https ? "HTTPS" : "HTTP"}: correct it`,
    );
}
