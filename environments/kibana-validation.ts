import { Problems } from "../constructs/core/validation";
import { ingressProblems } from "../constructs/kibana/ingress-validation";
import { kibanaProblems as replicasAndUrlProblems } from "../constructs/kibana/settings";
import type { EnvironmentConfig } from "./environment";
import { spelledAs } from "./paths";

/** What cannot work in how Kibana is reached; empty if nothing. */
export function kibanaProblems({ kibana, platform }: EnvironmentConfig): string[] {
  // On Docker there is one, at a port of the machine, which is told there.
  if (platform.kind === "docker") return [];
  const { replicas = 1, publicUrl } = kibana;
  const { ingress, elasticsearch } = platform;
  const isElsewhere = elasticsearch?.kind === "imported" && !elasticsearch.credentials.kibana;
  return spelledAs(PATHS, [
    // An Ingress asks more of the address.
    ...replicasAndUrlProblems(replicas, ingress ? undefined : publicUrl),
    ...(ingress ? ingressProblems({ ...ingress, publicUrl }, platform.namespace.name) : []),
    ...new Problems()
      .require(
        !ingress || !isElsewhere,
        "'platform.ingress' leads nowhere: there is no Kibana where 'platform.elasticsearch' is imported without 'credentials.kibana'; name that user or remove it",
      )
      .list(),
  ]);
}

const PATHS = {
  replicas: "kibana.replicas",
  publicUrl: "kibana.publicUrl",
  className: "platform.ingress.className",
  controllerNamespace: "platform.ingress.controllerNamespace",
  tlsSecret: "platform.ingress.tlsSecret",
  issuerUrl: "platform.ingress.authentication.issuerUrl",
  clientId: "platform.ingress.authentication.clientId",
  emailDomains: "platform.ingress.authentication.emailDomains",
} as const;
