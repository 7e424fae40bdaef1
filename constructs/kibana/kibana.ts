import type { ITerraformDependable } from "cdktf";
import type { SecretRef } from "../core/secret-ref";
import type { NetworkEndpoint } from "../kubernetes/network";

/** Kibana on Kubernetes, for what stands before it. */
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
