import { isDnsLabel, Problems } from "../core/validation";
import type { KibanaAuthentication, OpenIdConnect } from "./authentication";

/** What is said about the way to Kibana, before anybody knows what is behind it. */
export interface IngressFacts {
  readonly publicUrl: string | undefined;
  readonly className: string;
  readonly controllerNamespace: string;
  readonly tlsSecret: string;
  readonly authentication: KibanaAuthentication;
}

/** What is wrong with it; empty if nothing. @param namespace the environment's own */
export function ingressProblems(facts: IngressFacts, namespace: string): string[] {
  const { publicUrl, className, controllerNamespace, tlsSecret, authentication } = facts;
  return new Problems()
    .add(publicUrlProblems(publicUrl))
    .require(isDnsName(className), `Ingress: 'className' (${className}) can be no IngressClass: correct it`)
    .require(isDnsName(tlsSecret), `Ingress: 'tlsSecret' (${tlsSecret}) can be no Secret: correct it`)
    .require(
      isDnsLabel(controllerNamespace),
      `Ingress: 'controllerNamespace' (${controllerNamespace}) can be no namespace: correct it`,
    )
    .require(
      controllerNamespace !== namespace,
      `Ingress: 'controllerNamespace' (${controllerNamespace}) is the environment's own namespace, whose pods reach nothing that no grant opened: name the controller's`,
    )
    .add(authentication.kind === "oidc" ? providerProblems(authentication) : [])
    .list();
}

/** An Ingress serves a host as a whole: links to anything else would lead nowhere. */
function publicUrlProblems(publicUrl: string | undefined): string[] {
  if (publicUrl === undefined) {
    return ["Ingress: 'publicUrl' is not stated, so that it has no host: state it, as in 'https://logs.example.com'"];
  }
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (url && url.protocol === "https:" && url.origin === publicUrl && isDnsName(url.hostname)) return [];
  return [
    `Ingress: 'publicUrl' (${publicUrl}) must be 'https://' and the host's name, without a path, as in 'https://logs.example.com': correct it`,
  ];
}

/** What is wrong with an OpenID Connect provider; empty if nothing. */
export function providerProblems({ issuerUrl, clientId, emailDomains }: OpenIdConnect): string[] {
  const url = URL.canParse(issuerUrl) ? new URL(issuerUrl) : undefined;
  return new Problems()
    .require(
      url?.protocol === "https:" && !url.username && !url.search && !url.hash,
      `OIDC: 'issuerUrl' (${issuerUrl}) must be a URL with https and without a query, as in its 'issuer' of /.well-known/openid-configuration: correct it`,
    )
    .require(clientId !== "", "OIDC: 'clientId' is empty: state the one that the provider knows this client by")
    .require(
      emailDomains.length > 0,
      "OIDC: 'emailDomains' is empty, so that nobody is let in: name the domains of people's addresses",
    )
    .add(
      emailDomains
        .filter((domain) => !isDnsName(domain))
        .map(
          (domain) =>
            `OIDC: 'emailDomains' has '${domain}', which is no domain, such as example.com: name those of people's addresses`,
        ),
    )
    .list();
}

/** Whether a name can be a host: labels of lower-case letters, digits and '-', the last of which is no number. */
export function isDnsName(name: string): boolean {
  return name.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}
