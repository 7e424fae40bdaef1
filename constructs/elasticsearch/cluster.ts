import type { ITerraformDependable } from "cdktf";

/** What a client needs to reach Elasticsearch. */
export interface ElasticsearchConnection {
  readonly urls: readonly string[];
  /** What must be there before the client starts. */
  readonly ready: readonly ITerraformDependable[];
}

export interface ElasticsearchIndexConnection extends ElasticsearchConnection {
  readonly dataStream: string;
}

/** Elasticsearch, owned or imported. */
export interface IElasticsearch {
  /** The right to create documents in a data stream, and nothing else. */
  grantIndex(dataStream: string): ElasticsearchIndexConnection;
  /** The right to search. */
  grantRead(): ElasticsearchConnection;
  /** The right to manage templates and lifecycle policies: for the content program only. */
  grantManageContent(): ElasticsearchConnection;
}
