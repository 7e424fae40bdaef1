import { Construct } from "constructs";
import { isCidr } from "../core/cidr";
import type { SecretRef } from "../core/secret-ref";
import { ConfigurationError, Problems } from "../core/validation";
import { externalEndpoint } from "../kubernetes/network";
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
  /** A user for each right that is granted here, made by whoever runs it. See the roles of `roles.ts` for what each needs. */
  readonly credentials: Readonly<Partial<Record<Right, ElasticsearchCredentials>>>;
  /** Its addresses, for the network policies of its clients. @default every address, on the ports of `urls` */
  readonly cidrs?: readonly string[];
}

/** What can be granted. */
export type Right = "index" | "read" | "content" | "kibana";

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

  grantIndex(dataStream: string): ElasticsearchIndexConnection {
    return { ...this.grant("index"), dataStream };
  }

  grantRead(): ElasticsearchConnection {
    return this.grant("read");
  }

  grantManageContent(): ElasticsearchConnection {
    return this.grant("content");
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

function attributeProblems({ urls, cidrs = [] }: ElasticsearchAttributes): string[] {
  return new Problems()
    .require(urls.length > 0, "imported Elasticsearch: 'urls' is empty: name one URL or more")
    .add(urls.flatMap(urlProblems))
    .add(
      cidrs
        .filter((cidr) => !isCidr(cidr))
        .map((cidr) => `imported Elasticsearch: '${cidr}' in 'cidrs' is no range such as '10.0.0.0/16': correct it`),
    )
    .list();
}

function urlProblems(text: string): string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    return [
      `imported Elasticsearch: '${text}' in 'urls' is no URL such as 'https://search.example.com:9243': correct it`,
    ];
  }
  return new Problems()
    .require(
      url.username === "" && url.password === "",
      `imported Elasticsearch: the URL of host '${url.host}' has a user or a password in it, which would be in Terraform's state: name them in 'credentials'`,
    )
    .require(
      url.protocol === "https:",
      `imported Elasticsearch: '${url.origin}' in 'urls' would show the passwords of 'credentials' to anybody on the way: use https`,
    )
    .list();
}

function portOf(url: string): number {
  return Number(new URL(url).port || 443);
}
