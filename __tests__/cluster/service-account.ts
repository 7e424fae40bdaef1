import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kubectl } from "../../tools/kubernetes/kubectl";

interface KubeConfig {
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
}

/** Lets a program on this machine be a service account of the cluster, with no more rights than that has. */
export class ServiceAccountAccess {
  private constructor(
    /** As a pod has it: `token`, `ca.crt` and `namespace`. */
    readonly folder: string,
    /** For what finds the cluster as people do. */
    readonly kubeconfig: string,
    readonly server: string,
  ) {}

  static async open(kubectl: Kubectl, account: string): Promise<ServiceAccountAccess> {
    const token = (await kubectl.run(["create", "token", account])).stdout.trim();
    const view = ["config", "view", "--raw", "--minify", "--output=json"];
    const [cluster] = (JSON.parse((await kubectl.run(view)).stdout) as KubeConfig).clusters;
    if (!cluster) throw new Error("the kubeconfig names no cluster");
    const { server, "certificate-authority-data": ca } = cluster.cluster;

    const folder = mkdtempSync(join(tmpdir(), "service-account-"));
    const kubeconfig = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [cluster],
      users: [{ name: account, user: { token } }],
      contexts: [{ name: account, context: { cluster: cluster.name, user: account, namespace: kubectl.namespace } }],
      "current-context": account,
    };
    const files = {
      token,
      "ca.crt": Buffer.from(ca, "base64"),
      namespace: kubectl.namespace,
      kubeconfig: JSON.stringify(kubeconfig),
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 });
    return new ServiceAccountAccess(folder, join(folder, "kubeconfig"), server);
  }

  /** The token itself ends within the hour. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
