import { expect, test } from "@jest/globals";
import { addons, renderCorefile } from "../../../tools/cluster/addons";

const objects = addons({
  corednsImage: "coredns:1",
  localVolumesImage: "volumes:1",
  resolvConf: "nameserver 192.0.2.53\n",
});

function find(kind: string, name: string): unknown {
  return objects.find((one) => one["kind"] === kind && (one["metadata"] as { name: string }).name === name);
}

test("DNS is found as in every cluster", () => {
  expect(find("Service", "kube-dns")).toMatchObject({
    metadata: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
    spec: { clusterIP: "10.231.1.10", selector: { "k8s-app": "kube-dns" } },
  });
  expect(find("Deployment", "coredns")).toMatchObject({
    spec: { template: { metadata: { labels: { "k8s-app": "kube-dns" } } } },
  });
});

test("there is one default storage class", () => {
  expect(objects.filter(({ kind }) => kind === "StorageClass")).toEqual([
    expect.objectContaining({
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "log-pipeline/local-volumes",
      reclaimPolicy: "Delete",
    }),
  ]);
});

test("each of the cluster's own pods has a service account and rights of its own", () => {
  for (const name of ["coredns", "local-volumes"]) {
    expect(find("ServiceAccount", name)).toBeDefined();
    expect(find("Deployment", name)).toMatchObject({ spec: { template: { spec: { serviceAccountName: name } } } });
  }
});

test("names of the world are asked of the host's name servers, and of nobody where a pod reaches none", () => {
  expect(renderCorefile(["192.0.2.53", "192.0.2.54"])).toContain("    forward . 192.0.2.53 192.0.2.54\n");
  expect(renderCorefile([])).not.toContain("forward");
});
