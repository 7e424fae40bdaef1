import type { Kubectl } from "../../tools/kubernetes/kubectl";
import { until } from "../support/until";
import type { PodTemplate } from "./cluster";

interface PodSpec {
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: object }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

/** A namespace that enforces the Pod Security Standard 'restricted', to ask the API server what it refuses. Nothing runs in it. */
export class RestrictedNamespace {
  private constructor(private readonly kubectl: Kubectl) {}

  /** @param accounts that pods name: without them, that is what the pods would be refused for */
  static async create(kubectl: Kubectl, accounts: readonly string[]): Promise<RestrictedNamespace> {
    const namespace = new RestrictedNamespace(kubectl.inNamespace(NAME));
    await namespace.make({ kind: "Namespace", metadata: { name: NAME, labels: ENFORCED } });
    for (const name of accounts) await namespace.make({ kind: "ServiceAccount", metadata: { name } });
    await until("pods have an account", async () => Boolean(await namespace.kubectl.get("serviceaccount", "default")));
    return namespace;
  }

  /** What is said of pods of templates, by their workloads; of those that may run there is nothing. */
  async refusals(templates: readonly PodTemplate[]): Promise<ReadonlyMap<string, string>> {
    const pods = templates.map(({ name, template }) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name },
      spec: template.spec,
    }));
    const { stdout, stderr } = await this.make({ kind: "List", items: pods }, "--dry-run=server");
    const allowed = stdout.split("\n");
    return new Map(
      templates
        .filter(({ name }) => !allowed.includes(`pod/${name} created (server dry run)`))
        .map(({ name }) => [name, sentenceOn(name, stderr)]),
    );
  }

  async remove(): Promise<void> {
    await this.kubectl.run(["delete", "namespace", NAME, "--wait=false"]);
  }

  private make(object: object, ...flags: string[]) {
    return this.kubectl.run(["create", ...flags, "--filename=-"], {
      input: JSON.stringify({ apiVersion: "v1", ...object }),
      allowFailure: true,
    });
  }
}

/** The template as it would be if its node's directories were its own. */
export function withoutNodeDirectories({ name, template }: PodTemplate): PodTemplate {
  const { volumes = [], initContainers = [], ...spec } = template.spec as PodSpec;
  return {
    name,
    template: {
      ...template,
      spec: {
        ...spec,
        volumes: volumes.map((volume) => (volume.hostPath ? { name: volume.name, emptyDir: {} } : volume)),
        initContainers: initContainers.filter((container) => !container.name.startsWith("own-")),
      },
    },
  };
}

/** kubectl says one after another. @throws Error if it says nothing of a pod that it does not allow either */
function sentenceOn(pod: string, said: string): string {
  const [found] = said
    .split(/^(?=Error from server|The Pod )/m)
    .filter((it) => /[Pp]ods? "([^"]+)"/.exec(it)?.[1] === pod);
  if (!found) throw new Error(`the API server allows no pod '${pod}', and says nothing about it:\n${said}`);
  return found;
}

const NAME = "restricted";
const ENFORCED = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "latest",
};
