import { Construct } from "constructs";
import type { Indexing } from "../../contract/indexing";
import { ConfigurationError, isDnsLabel } from "../core/validation";
import { type Credentials, userSecret } from "../credentials/credentials";
import type {
  ElasticsearchConnection,
  ElasticsearchCredentials,
  ElasticsearchIndexConnection,
  IElasticsearch,
} from "./cluster";
import { indexTarget, writtenNames } from "./index-target";
import { BUILT_IN, CONTENT_ROLE, indexRole, KIBANA_CONTENT_ROLE, READ_ROLE, renderRoles, type Role } from "./roles";

/** What the clusters that we own have in common: each grant is a user of its own with that right and no other. */
export abstract class ElasticsearchBase extends Construct implements IElasticsearch {
  /** Without a user. */
  protected abstract readonly connection: ElasticsearchConnection;
  private readonly roles = new Map<string, Role>();

  /** @param credentials where users' passwords are made */
  constructor(
    scope: Construct,
    id: string,
    private readonly credentials: Credentials,
  ) {
    super(scope, id);
  }

  grantIndex(namespace: string, indexing?: Indexing): ElasticsearchIndexConnection {
    const target = indexTarget(namespace, indexing);
    const { dataStream } = target;
    const username = `index-${dataStream}`;
    if (!isDnsLabel(userSecret(username))) {
      throw new ConfigurationError([
        `data stream '${dataStream}': the Secret of its user, '${userSecret(username)}', must be a DNS label: name it with at most ${63 - userSecret("index-").length} small letters, digits and '-'`,
      ]);
    }
    const role = indexRole(writtenNames(target));
    return { ...this.connection, credentials: this.addUser(username, role), ...target };
  }

  grantRead(): ElasticsearchConnection {
    return { ...this.connection, credentials: this.addUser("read", READ_ROLE) };
  }

  grantManageContent(): ElasticsearchConnection {
    return { ...this.connection, credentials: this.addUser("content", this.contentRole()) };
  }

  grantManageKibana(): ElasticsearchCredentials {
    return this.addUser("kibana-content", KIBANA_CONTENT_ROLE);
  }

  grantKibana(): ElasticsearchConnection {
    return { ...this.connection, credentials: this.credentials.addUser("kibana-server", [BUILT_IN.kibana]) };
  }

  /** What the content program may do. */
  protected contentRole(): Role {
    return CONTENT_ROLE;
  }

  /** A user with a role of its own, which is called as the user is. */
  protected addUser(name: string, role: Role): ElasticsearchCredentials {
    this.roles.set(name, role);
    return this.credentials.addUser(name, [name]);
  }

  /** The file `roles.yml`. Complete only at synthesis: grants are asked for after the constructor has run. */
  protected renderRoles(): string {
    return renderRoles(this.roles);
  }
}
