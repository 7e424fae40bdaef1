import type { SecretRef } from "../core/secret-ref";

/** Who may see Kibana at all. */
export type KibanaAuthentication =
  /** Whoever has a user of Elasticsearch: Kibana's own login asks for it. */
  | { readonly kind: "login" }
  /** Whoever an OpenID Connect provider knows gets as far as Kibana's login: a proxy stands before it. */
  | OpenIdConnect;

export interface OpenIdConnect {
  readonly kind: "oidc";
  /** As in `https://accounts.example.com`. */
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly clientSecret: SecretRef;
  /** Domains of the addresses that are let in. */
  readonly emailDomains: readonly [string, ...string[]];
}
