import { ApiService } from "@cdktf/provider-kubernetes/lib/api-service";
import { CertificateSigningRequestV1 } from "@cdktf/provider-kubernetes/lib/certificate-signing-request-v1";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { ConfigMapV1Data } from "@cdktf/provider-kubernetes/lib/config-map-v1-data";
import { HorizontalPodAutoscaler } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler";
import { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import { IngressV1 } from "@cdktf/provider-kubernetes/lib/ingress-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { PodV1 } from "@cdktf/provider-kubernetes/lib/pod-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StorageClassV1 } from "@cdktf/provider-kubernetes/lib/storage-class-v1";
import { TokenRequestV1 } from "@cdktf/provider-kubernetes/lib/token-request-v1";
import { describe, expect, test } from "@jest/globals";
import { TerraformResource, type TerraformStack } from "cdktf";
import { renderManifests } from "../../../tools/manifests/render";
import { API, problemsOf, refusals, render, synth } from "./rendering";

const metadata = { name: "web", namespace: "shop" };

/** A Pod that can be rendered, with one thing overridden. */
function pod(stack: TerraformStack, path: string, value: unknown): void {
  new PodV1(stack, "web", {
    metadata,
    spec: {
      automountServiceAccountToken: false,
      container: [{ name: "web", securityContext: { runAsNonRoot: true } }],
    },
  }).addOverride(path, value);
}

test("a Pod without an override is rendered", async () => {
  expect(await render((stack) => pod(stack, "spec.priority_class_name", "high"))).toHaveLength(1);
});

test.each<[what: string, path: string, value: unknown, at: string, why: string]>([
  ["no property", "spec.colour", "red", "spec.colour", "the API's PodSpec has no such property"],
  [
    "a block of the provider's alone",
    "spec.volume",
    [{ name: "a", local: { path: "/a" } }],
    "spec.volume[0].local",
    "the API's Volume has no such property",
  ],
  ["the API's own spelling", "spec.hostNetwork", true, "spec.hostNetwork", "no attribute of the provider has capitals"],
  ["not an integer", "spec.active_deadline_seconds", "1.5", "spec.active_deadline_seconds", "'1.5' is not an integer"],
  [
    "too large",
    "spec.active_deadline_seconds",
    "9007199254740993",
    "spec.active_deadline_seconds",
    "'9007199254740993' is not an integer",
  ],
  ["not a boolean", "spec.host_network", "yes", "spec.host_network", "'yes' is not a boolean"],
  ["not a list", "spec.image_pull_secrets", "registry", "spec.image_pull_secrets", "it must be a list"],
  [
    "not a block",
    "spec.security_context",
    "strict",
    "spec.security_context",
    "the API's PodSecurityContext is one block: it must be a block",
  ],
  [
    "several blocks",
    "spec.security_context",
    [{}, {}],
    "spec.security_context",
    "the API's PodSecurityContext is one block: there are several",
  ],
  ["not a map", "spec.node_selector", ["linux"], "spec.node_selector", "it must be a map"],
  [
    "null in a map",
    "spec.node_selector",
    { "example.com/os": null },
    'spec.node_selector["example.com/os"]',
    "it is null",
  ],
  ["null in a list", "spec.toleration", [null], "spec.toleration[0]", "it is null"],
  ["a list for text", "spec.hostname", ["web"], "spec.hostname", "it must be a string, not a list"],
  ["a block for text", "spec.hostname", { a: "web" }, "spec.hostname", "it must be a string, not a block"],
  ["a block for an integer", "spec.priority", {}, "spec.priority", "it must be an integer, not a block"],
  [
    "not a quantity",
    "spec.container.0.resources",
    { limits: { memory: "128 MB" } },
    "spec.container[0].resources.limits.memory",
    "'128 MB' is not a quantity",
  ],
  [
    "not octal",
    "spec.volume",
    [{ name: "s", secret: { default_mode: "0480" } }],
    "spec.volume[0].secret.default_mode",
    "'0480' is not an octal mode",
  ],
  [
    "twice the same",
    "spec",
    { toleration: [{ key: "a" }], tolerations: [{ key: "b" }] },
    "spec.tolerations",
    "another attribute already sets 'tolerations' of the API's PodSpec",
  ],
  ["a dynamic block", "spec.dynamic", { volume: {} }, "spec.dynamic", "only Terraform can carry it out"],
  ["a count", "count", 2, "count", "only Terraform can carry it out"],
  ["a loop", "for_each", ["a"], "for_each", "only Terraform can carry it out"],
  [
    "a provisioner",
    "provisioner",
    { "local-exec": { command: "true" } },
    "provisioner",
    "only Terraform can carry it out",
  ],
  ["an identity", "id", "shop/web", "id", "the API's Pod has no such property"],
])("%s", async (_, path, value, at, why) => {
  const problems = await refusals((stack) => {
    pod(stack, path, value);
  });
  expect(problems).toEqual([`stack 'test', kubernetes_pod_v1.web, '${at}': ${why}`]);
});

describe("what the API needs, and what means another thing where nothing is said", () => {
  test("a required property", async () => {
    const problems = await refusals((stack) => {
      new ServiceV1(stack, "web", {
        metadata,
        spec: { port: [{ name: "http", port: undefined as unknown as number }] },
      });
    });
    expect(problems).toEqual([
      "stack 'test', kubernetes_service_v1.web, 'spec.port[0]': the API's ServicePort needs 'port': set it",
    ]);
  });

  test("a default of the provider's", async () => {
    const problems = await refusals((stack) => {
      new PodV1(stack, "pod", { metadata, spec: { container: [{ name: "web", securityContext: {} }] } });
      new StorageClassV1(stack, "class", { metadata: { name: "fast" }, storageProvisioner: "disk.example.com" });
      new HorizontalPodAutoscalerV2(stack, "scaler", {
        metadata,
        spec: {
          maxReplicas: 2,
          scaleTargetRef: { kind: "Deployment", name: "web" },
          behavior: { scaleDown: [{ policy: [{ type: "Pods", value: 1, periodSeconds: 60 }] }] },
        },
      });
    });
    const means = (property: string, meanings: string) =>
      `without '${property}' Terraform's provider means ${meanings}: set it`;
    expect(problems).toEqual([
      `stack 'test', kubernetes_horizontal_pod_autoscaler_v2.scaler, 'spec.behavior.scale_down[0]': ${means("stabilizationWindowSeconds", "'0', and the API '300' for scaling down")}`,
      `stack 'test', kubernetes_pod_v1.pod, 'spec.container[0].security_context': ${means("runAsNonRoot", "'false', and the API what the pod says")}`,
      `stack 'test', kubernetes_pod_v1.pod, 'spec': ${means("automountServiceAccountToken", "'true', and the API what the service account says")}`,
      `stack 'test', kubernetes_storage_class_v1.class: ${means("allowVolumeExpansion", "'true', and the API 'false'")}`,
    ]);
  });

  test("a default that the API needs to be told: an Ingress' type of path", async () => {
    const problems = await refusals((stack) => {
      new IngressV1(stack, "web", {
        metadata,
        spec: { rule: [{ http: { path: [{ backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
      });
    });
    expect(problems).toEqual([
      "stack 'test', kubernetes_ingress_v1.web, 'spec.rule[0].http.path[0]': the API's HTTPIngressPath needs 'pathType': set it",
    ]);
  });

  test("a namespace", async () => {
    const problems = await refusals((stack) => {
      new ConfigMapV1(stack, "web", { metadata: { name: "web" } });
    });
    expect(problems).toEqual([
      "stack 'test', kubernetes_config_map_v1.web, 'metadata': without 'namespace' Terraform means 'default', and kubectl what its context says: set it",
    ]);
  });

  test("a name; one that the API makes up will do", async () => {
    const problems = await refusals((stack) => {
      new ConfigMapV1(stack, "web", { metadata: { namespace: "shop" } });
    });
    expect(problems).toEqual([
      "stack 'test', kubernetes_config_map_v1.web, 'metadata': ConfigMap: an object needs 'name' or 'generateName'",
    ]);
    const generated = { generateName: "web-", namespace: "shop" };
    const objects = await render((stack) => {
      new ConfigMapV1(stack, "web", { metadata: generated });
    });
    expect(objects).toEqual([{ apiVersion: "v1", kind: "ConfigMap", metadata: generated }]);
  });
});

describe("resources that are no object", () => {
  test("of another provider", async () => {
    const problems = await refusals((stack) => {
      new TerraformResource(stack, "other", { terraformResourceType: "docker_image" });
    });
    expect(problems).toEqual([
      "stack 'test', docker_image.other: only resources of the providers kubernetes and helm are objects of Kubernetes",
    ]);
  });

  test("that change another object, make none, or do more", async () => {
    const problems = await refusals((stack) => {
      new ConfigMapV1Data(stack, "data", { metadata, data: {} });
      new TokenRequestV1(stack, "token", { metadata });
      new CertificateSigningRequestV1(stack, "request", {
        metadata: { name: "web" },
        spec: { request: "", signerName: "example.com/signer" },
      });
      new HorizontalPodAutoscaler(stack, "scaler", {
        metadata,
        spec: { maxReplicas: 2, scaleTargetRef: { kind: "Deployment", name: "web" } },
      });
    });
    expect(problems).toEqual([
      "stack 'test', kubernetes_certificate_signing_request_v1.request: Terraform also approves it, which no object can say",
      "stack 'test', kubernetes_config_map_v1_data.data: the API has no such kind of object",
      "stack 'test', kubernetes_horizontal_pod_autoscaler.scaler: it could be of autoscaling/v1 or autoscaling/v2: use the resource that names its version",
      "stack 'test', kubernetes_token_request_v1.token: the API has no such kind of object",
    ]);
  });

  test("a manifest that is none, or has more", async () => {
    const problems = await refusals((stack) => {
      new Manifest(stack, "empty", { manifest: { kind: "Gadget" } });
      new Manifest(stack, "more", { manifest: { apiVersion: "v1", kind: "Gadget", metadata } }).addOverride(
        "object",
        {},
      );
      new Manifest(stack, "nameless", { manifest: { apiVersion: "v1", kind: "Gadget" } });
      new Manifest(stack, "text", { manifest: {} }).addOverride("manifest", "a");
    });
    expect(problems).toEqual([
      "stack 'test', kubernetes_manifest.empty: an object needs 'apiVersion' and 'kind'",
      "stack 'test', kubernetes_manifest.more, 'object': it is no part of an object",
      "stack 'test', kubernetes_manifest.nameless, 'metadata': Gadget: an object needs 'name' or 'generateName'",
      "stack 'test', kubernetes_manifest.text, 'manifest': it must be an object of the API",
    ]);
  });

  test("a block of the stack that makes something", async () => {
    const problems = await refusals((stack) => stack.addOverride("module.vpc", { source: "./vpc" }));
    expect(problems).toEqual(["stack 'test', 'module': only Terraform can carry it out"]);
  });
});

test("the same object twice, in whichever stacks", async () => {
  const json = synth((stack) => {
    new ConfigMapV1(stack, "web", { metadata });
  });
  expect(await problemsOf(renderManifests({ one: json, two: json }, API))).toEqual([
    "stack 'two', kubernetes_config_map_v1.web: another resource makes the same object, ConfigMap v1 shop web",
  ]);
});

test("a stack that is none", async () => {
  expect(await problemsOf(renderManifests({ one: "[]" }, API))).toEqual([
    "'one' is no stack that cdktf has synthesized",
  ]);
});

describe("values that Terraform would convert", () => {
  const spec = async (path: string, value: unknown) =>
    (await render((stack) => pod(stack, path, value)))[0]?.["spec"] as Record<string, unknown>;

  test.each<[path: string, value: unknown, property: string, expected: unknown]>([
    ["spec.priority", "-5", "priority", -5],
    ["spec.host_network", "true", "hostNetwork", true],
    ["spec.hostname", 7, "hostname", "7"],
    ["spec.node_selector", { a: true }, "nodeSelector", { a: "true" }],
    ["spec.overhead", { cpu: 2, memory: "1.5Gi" }, "overhead", { cpu: "2", memory: "1.5Gi" }],
    ["spec.security_context", { run_as_user: "" }, "securityContext", {}],
    ["spec.security_context", [], "securityContext", undefined],
    ["spec.affinity", [{}], "affinity", {}],
    ["spec.image_pull_secrets", { name: "registry" }, "imagePullSecrets", [{ name: "registry" }]],
    ["spec.subdomain", null, "subdomain", undefined],
    // The provider reads its digits as octal, whatever stands before them.
    [
      "spec.volume",
      [{ name: "s", secret: { default_mode: 440 } }],
      "volumes",
      [{ name: "s", secret: { defaultMode: 0o440 } }],
    ],
  ])("%s = %j", async (path, value, property, expected) => {
    expect((await spec(path, value))[property]).toEqual(expected);
  });

  test("a port that is unset, as the provider writes it", async () => {
    const objects = await render((stack) => {
      new ServiceV1(stack, "web", { metadata, spec: { port: [{ port: 80, targetPort: "" }] } });
    });
    expect(objects[0]?.["spec"]).toEqual({ ports: [{ port: 80 }] });
  });

  test("text that the API wants in base64", async () => {
    const objects = await render((stack) => {
      new ApiService(stack, "api", {
        metadata: { name: "v1.example.com" },
        spec: { group: "example.com", groupPriorityMinimum: 1, version: "v1", versionPriority: 1, caBundle: "PEM" },
      });
    });
    expect(objects[0]?.["spec"]).toMatchObject({ caBundle: Buffer.from("PEM").toString("base64") });
  });

  test("binary data that is not in base64", async () => {
    const problems = await refusals((stack) => {
      new ConfigMapV1(stack, "web", { metadata, binaryData: { key: "plain text" } });
    });
    expect(problems).toEqual(["stack 'test', kubernetes_config_map_v1.web, 'binary_data.key': it is not base64"]);
  });
});
