import type { ITerraformDependable } from "cdktf";
import type { SecretRef } from "../core/secret-ref";
import type { Indexing } from "../../contract/indexing";
import type { NetworkEndpoint } from "../kubernetes/network";
import type { IndexTarget } from "./index-target";

/** What a client needs to reach Elasticsearch. */
export interface ElasticsearchConnection {
  readonly urls: readonly string[];
  /** @default none: security is off */
  readonly credentials?: ElasticsearchCredentials;
  /** Authorities in PEM, for URLs with https. @default the public ones that the client's program knows */
  readonly ca?: SecretRef;
  /** What the client's pods must be let through to. @default nothing: Docker's networks know no policies */
  readonly endpoint?: NetworkEndpoint;
  /** What must be there before the client starts. */
  readonly ready: readonly ITerraformDependable[];
}

export interface ElasticsearchIndexConnection extends ElasticsearchConnection, IndexTarget {}

/** A user with the rights of one grant. */
export interface ElasticsearchCredentials {
  readonly username: string;
  readonly password: SecretRef;
}

/** Elasticsearch, owned or imported. */
export interface IElasticsearch {
  /**
   * The right to create documents where the lines and the dead letters of an environment are kept, and nothing else.
   *
   * @param namespace the last part of the names of its streams
   * @param indexing where lines are kept. @default data-stream
   */
  grantIndex(namespace: string, indexing?: Indexing): ElasticsearchIndexConnection;
  /** The right to search. */
  grantRead(): ElasticsearchConnection;
  /** What Kibana's own server needs, and no one else. */
  grantKibana(): ElasticsearchConnection;
  /**
   * The right to manage what people see in Kibana: for the content program only. Kibana asks Elasticsearch who it is.
   * @returns undefined where nobody needs a user, or where whoever runs it gave none
   */
  grantManageKibana(): ElasticsearchCredentials | undefined;
  /** The right to manage templates and lifecycle policies: for the content program only. */
  grantManageContent(): ElasticsearchConnection;
}
