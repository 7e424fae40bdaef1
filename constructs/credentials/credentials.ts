import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { renderCredentials, secretNames, USER_KEYS, type User } from "../../contract/credentials-settings";
import { ProgramJob } from "../consumer/job";
import type { ContainerImage } from "../core/container-image";
import { SecretRef } from "../core/secret-ref";
import { ConfigurationError } from "../core/validation";
import type { ElasticsearchCredentials } from "../elasticsearch/cluster";
import { API_SERVER } from "../kubernetes/network";
import type { KubernetesSite } from "../kubernetes/site";

export interface CredentialsProps {
  /** The consumer's: it carries `credentials apply`. */
  readonly image: ContainerImage;
}

/**
 * Secrets that are made in the cluster, by a Job: Terraform knows their names and never a value. The Job makes what is missing
 * and changes nothing else. To renew a password, delete its Secret and the Job, and deploy.
 *
 * They belong to the Job's service account, which Terraform manages, and are collected when that is destroyed. Where data
 * outlives its environment, what was encrypted with one of their keys can then no longer be read: keep a copy of the Secret.
 */
export class Credentials extends Construct {
  /** Every Secret is there. */
  readonly ready: ITerraformDependable;
  /** Name of the Secret with the users of Elasticsearch's file realm: files for its configuration directory. */
  readonly fileRealm = "elasticsearch-file-realm";
  private readonly users = new Map<string, User>();
  private readonly keys = new Map<string, readonly string[]>();

  constructor(
    scope: Construct,
    id: string,
    private readonly site: KubernetesSite,
    props: CredentialsProps,
  ) {
    super(scope, id);
    const account = new ServiceAccountV1(this, "Account", {
      metadata: site.metadata(NAME),
      // Only the Job's own pods ask for it.
      automountServiceAccountToken: false,
    });
    const role = new RoleV1(this, "Role", {
      metadata: site.metadata(NAME),
      rule: [
        // What is to be created has no name yet that a rule could know.
        { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
        {
          apiGroups: [""],
          resources: ["secrets"],
          verbs: ["get", "update"],
          resourceNames: Lazy.listValue({ produce: () => secretNames(this.declared()).sort() }),
        },
        { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["get"], resourceNames: [NAME] },
      ],
    });
    const binding = new RoleBindingV1(this, "Binding", {
      metadata: site.metadata(NAME),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subject: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: site.namespace }],
    });
    const job = new ProgramJob(this, "Apply", site, {
      name: NAME,
      image: props.image,
      command: ["credentials", "apply"],
      env: { CREDENTIALS_OWNER: NAME },
      // Late: users and keys are added after this constructor has run.
      lateEnv: { CREDENTIALS: () => renderCredentials(this.declared()) },
      serviceAccount: NAME,
      dependsOn: [binding],
    });
    job.pods.allowTo(API_SERVER);
    this.ready = job.done;
    this.node.addValidation({
      validate: () =>
        this.users.size + this.keys.size > 0
          ? []
          : ["nothing asks for credentials: call addUser() or addKeys(), or leave this out"],
    });
  }

  /**
   * A user of Elasticsearch's file realm, in a Secret of its own. Asked twice is asked once.
   *
   * @throws ConfigurationError for the same name with other roles
   */
  addUser(username: string, roles: readonly [string, ...string[]]): ElasticsearchCredentials {
    const secret = userSecret(username);
    const known = this.users.get(username);
    if (known && known.roles.join() !== roles.join()) {
      throw new ConfigurationError([
        `user '${username}' is added with the roles '${roles.join()}' and with '${known.roles.join()}': name another user, or agree on the roles`,
      ]);
    }
    const password = SecretRef.of(secret, USER_KEYS.password);
    this.users.set(username, { secret, username, roles: [...roles] });
    return { username, password };
  }

  /**
   * A Secret with a random text of 32 characters under each key. What they encrypt is lost with them.
   *
   * @throws ConfigurationError if there is one of this name
   */
  addKeys<Key extends string>(secret: string, keys: readonly [Key, ...Key[]]): Readonly<Record<Key, SecretRef>> {
    if (this.keys.has(secret)) {
      throw new ConfigurationError([`the keys '${secret}' are added twice: name one of the two Secrets otherwise`]);
    }
    const references = keys.map((key) => [key, SecretRef.of(secret, key)] as const);
    this.keys.set(secret, keys);
    return Object.fromEntries(references) as Record<Key, SecretRef>;
  }

  /** In the order of names: who asked first makes no difference. */
  private declared() {
    const byName = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      labels: this.site.labels(NAME),
      users: byName(this.users).map(([, user]) => user),
      keys: byName(this.keys).map(([secret, keys]) => ({ secret, keys: [...keys] as [string, ...string[]] })),
      ...(this.users.size > 0 ? { fileRealm: this.fileRealm } : {}),
    };
  }
}

/** What the Secret of a user is called. */
export function userSecret(username: string): string {
  return `elasticsearch-user-${username}`;
}

const NAME = "credentials";
