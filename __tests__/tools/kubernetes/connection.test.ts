import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { ClusterConnection, KubernetesPlatform } from "../../../environments/environment";
import { dev } from "../../../environments/dev";
import { KUBECONFIG, NETWORK } from "../../../tools/cluster/layout";
import {
  connectionEnvironment,
  connectionFlags,
  kubeconfigFile,
  requireConnection,
} from "../../../tools/kubernetes/connection";
import { ROOT } from "../../../tools/lib/paths";
import { UserError } from "../../../tools/lib/user-error";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "connection-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const CONTEXTS = "apiVersion: v1\nkind: Config\ncontexts:\n- name: one\n- name: two\n";

function refusalOf(context: string, content?: string): string {
  const kubeconfig = join(directory, "config");
  if (content !== undefined) writeFileSync(kubeconfig, content);
  const platform: KubernetesPlatform = { ...dev.platform, cluster: { kubeconfig, context } };
  try {
    requireConnection("staging", platform);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message.replaceAll(directory, "");
  }
  return "";
}

describe("the cluster of an environment", () => {
  test("passes where its context is in its kubeconfig", () => {
    expect(refusalOf("two", CONTEXTS)).toBe("");
    expect(() => requireConnection("staging", { ...dev.platform, cluster: "in-cluster" })).not.toThrow();
  });

  test("is refused without its kubeconfig, with the mend", () => {
    expect(refusalOf("two")).toBe(
      "environment 'staging' is reached by kubeconfig '/config', which is not there: mend the file, or 'platform.cluster' (environments/)",
    );
  });

  test.each([
    [CONTEXTS, "one, two"],
    ["apiVersion: v1\nkind: Config\n", "none"],
  ])("is refused without its context, with those that there are", (content, there) => {
    expect(refusalOf("three", content)).toBe(
      `environment 'staging' is reached by context 'three' of kubeconfig '/config', which has ${there}: mend the file, or 'platform.cluster' (environments/)`,
    );
  });

  test("is refused where the kubeconfig is none", () => {
    expect(refusalOf("one", "a: [")).toMatch(/^kubeconfig '\/config' cannot be read: /);
    expect(refusalOf("one", "")).toMatch(/^kubeconfig '\/config' cannot be read: /);
  });
});

describe("nothing ambient counts", () => {
  test("a kubeconfig is where the facts say, from the repository's root", () => {
    expect(kubeconfigFile("a/config")).toBe(join(ROOT, "a/config"));
    expect(kubeconfigFile("~/.kube/config")).toBe(join(homedir(), ".kube/config"));
    expect(kubeconfigFile("/etc/config")).toBe("/etc/config");
    expect(kubeconfigFile(dev.platform.cluster.kubeconfig)).toBe(KUBECONFIG);
  });

  test("kubectl is told both, and in a pod neither", () => {
    expect(connectionFlags({ kubeconfig: "/etc/config", context: "one" })).toEqual([
      ...["--kubeconfig", "/etc/config", "--context", "one"],
    ]);
    expect(connectionFlags("in-cluster")).toEqual([]);
  });

  const own: ClusterConnection = dev.platform.cluster;
  const other: ClusterConnection = { kubeconfig: "/etc/config", context: "one" };

  test("a child inherits no variable that names a cluster or a user", () => {
    const env = connectionEnvironment(other);
    for (const name of ["KUBECONFIG", "KUBE_CONFIG_PATH", "KUBE_HOST", "KUBE_TOKEN", "KUBE_CTX", "KUBE_NAMESPACE"]) {
      expect(env).toHaveProperty(name, undefined);
    }
    expect(Object.keys(env).filter((name) => /proxy/i.test(name) && name !== "KUBE_PROXY_URL")).toEqual([]);
  });

  test("no proxy is between this machine and a cluster of its own", () => {
    expect(connectionEnvironment(own)).toMatchObject({ HTTPS_PROXY: undefined, https_proxy: undefined });
    expect(connectionEnvironment(own)).toHaveProperty("HTTPS_PROXY");
    // Terraform needs it for its registry.
    const env = connectionEnvironment(own, { HTTPS_PROXY: "http://proxy", NO_PROXY: "localhost" });
    expect(env).not.toHaveProperty("HTTPS_PROXY");
    expect(env).toMatchObject({ NO_PROXY: `localhost,${NETWORK.address}`, no_proxy: `localhost,${NETWORK.address}` });
  });
});
