import { Construct } from "constructs";
import type { Indexing } from "../../contract/indexing";
import type { SecretRef } from "../core/secret-ref";
import { ConfigurationError, Problems } from "../core/validation";
import { externalEndpoint } from "../kubernetes/network";
import { attributeProblems } from "./imported-validation";
import { indexTarget } from "./index-target";
import type {
  ElasticsearchConnection,
  ElasticsearchCredentials,
  ElasticsearchIndexConnection,
  IElasticsearch,
} from "./cluster";

/** What there is to know about an Elasticsearch that somebody else runs: Elastic Cloud, another team. */
export interface ElasticsearchAttributes {
  /** Of https: what is outside of the namespace is not spoken to in plain text. */
  readonly urls: readonly string[];
  /** Authorities in PEM. @default those that the clients' systems trust */
  readonly ca?: SecretRef;
  /**
   * A user for each right that is granted here, made by whoever runs it. See the roles of `roles.ts` for what each needs. Without
   * `kibana` there is no Kibana here, without `kibanaContent` no data view, dashboard or rule is put into it.
   */
  readonly credentials: Readonly<Partial<Record<Right, ElasticsearchCredentials>>>;
  /** Its addresses, for the network policies of its clients. @default every address, on the ports of `urls` */
  readonly cidrs?: readonly string[];
}

/** What can be granted. */
export type Right = "index" | "read" | "content" | "kibana" | "kibanaContent";

/** See {@link ElasticsearchAttributes}; made by `Elasticsearch.fromAttributes`. */
export class ImportedElasticsearch extends Construct implements IElasticsearch {
  constructor(
    scope: Construct,
    id: string,
    private readonly attributes: ElasticsearchAttributes,
  ) {
    super(scope, id);
    new Problems().add(attributeProblems(attributes)).throwIfAny();
  }

  grantIndex(namespace: string, indexing?: Indexing): ElasticsearchIndexConnection {
    return { ...this.grant("index"), ...indexTarget(namespace, indexing) };
  }

  grantRead(): ElasticsearchConnection {
    return this.grant("read");
  }

  grantManageContent(): ElasticsearchConnection {
    return this.grant("content");
  }

  grantManageKibana(): ElasticsearchCredentials | undefined {
    return this.attributes.credentials.kibanaContent;
  }

  grantKibana(): ElasticsearchConnection {
    return this.grant("kibana");
  }

  private grant(right: Right): ElasticsearchConnection {
    const { urls, ca, credentials, cidrs } = this.attributes;
    const user = credentials[right];
    if (!user) {
      throw new ConfigurationError([
        `imported Elasticsearch: the right '${right}' is granted, and no user has it: add 'credentials.${right}'`,
      ]);
    }
    return {
      urls,
      credentials: user,
      ...(ca ? { ca } : {}),
      endpoint: externalEndpoint("elasticsearch", urls.map(portOf), cidrs),
      ready: [],
    };
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port || 443);
}
