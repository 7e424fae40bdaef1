import type { ITerraformDependable } from "cdktf";
import type { SecretRef } from "../core/secret-ref";
import type { ElasticsearchCredentials } from "../elasticsearch/cluster";
import type { NetworkEndpoint } from "../kubernetes/network";

/** What a client needs to reach Kibana's API. */
export interface KibanaConnection {
  readonly url: string;
  /** A user of Elasticsearch. @default none: security is off */
  readonly credentials?: ElasticsearchCredentials;
  /** Authority in PEM, for a URL with https. @default the public ones that the client's program knows */
  readonly ca?: SecretRef;
  /** What the client's pods must be let through to. @default nothing: Docker's networks know no policies */
  readonly endpoint?: NetworkEndpoint;
  /** What must be there before the client starts. */
  readonly ready: readonly ITerraformDependable[];
}

/** Kibana on Kubernetes, for what stands before it and what is put into it. */
export interface IKibana {
  /** What pods must be let through to. */
  readonly endpoint: NetworkEndpoint;
  readonly service: KibanaService;
  readonly ready: ITerraformDependable;
}

/** Where Kibana answers inside the namespace. */
export interface KibanaService {
  readonly name: string;
  readonly port: number;
  /** Whether it speaks TLS. */
  readonly https: boolean;
  /** Authority of its certificate in PEM. @default none: it speaks no TLS */
  readonly ca?: SecretRef;
}

/** Kibana's API, for a user. @param namespace of the pods: ECK's certificate is for the Service's name in it */
export function kibanaConnection(
  { service, endpoint, ready }: IKibana,
  namespace: string,
  credentials: ElasticsearchCredentials,
): KibanaConnection {
  return {
    url: `${service.https ? "https" : "http"}://${service.name}.${namespace}.svc:${service.port}`,
    credentials,
    ...(service.ca ? { ca: service.ca } : {}),
    endpoint,
    ready: [ready],
  };
}
