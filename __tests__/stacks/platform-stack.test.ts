import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Testing } from "cdktf";
import { dev } from "../../environments/dev";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { PlatformStack } from "../../stacks/platform-stack";
import { hasPlatformStack, stackNames } from "../../stacks/stack-names";
import { IMAGES, KUBERNETES, kubernetesPlatformWith } from "../support/environments";
import { required } from "../support/synthesized";

interface Namespace {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly lifecycle?: unknown;
}

interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly values: readonly string[];
  readonly depends_on: readonly string[];
}

class PlatformJson {
  private readonly json: {
    readonly provider: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
    readonly resource: {
      readonly kubernetes_namespace_v1?: Readonly<Record<string, Namespace>>;
      readonly helm_release?: Readonly<Record<string, Release>>;
    };
  };

  constructor(environment: EnvironmentConfig) {
    const app = Testing.app({ outdir: join(tmpdir(), "log-pipeline-tests") });
    const platform = environment.platform as KubernetesPlatform;
    const stack = new PlatformStack(app, `${environment.name}-platform`, {
      environment,
      platform,
      images: IMAGES,
      stateDirectory: "/state",
    });
    this.json = JSON.parse(Testing.synth(stack, true));
  }

  get namespaces(): Namespace[] {
    return Object.values(this.json.resource.kubernetes_namespace_v1 ?? {});
  }

  namespace(name: string): Namespace {
    return required(
      this.namespaces.find(({ metadata }) => metadata.name === name),
      `namespace ${name}`,
    );
  }

  get releases(): Release[] {
    return Object.values(this.json.resource.helm_release ?? {});
  }

  release(name: string): Release {
    return required(
      this.releases.find((one) => one.name === name),
      `release ${name}`,
    );
  }

  /** What follows from facts among a release's values. */
  facts(name: string): Record<string, unknown> {
    return JSON.parse(required(this.release(name).values[1], `facts of ${name}`)) as Record<string, unknown>;
  }

  /** The names of everything that a release waits for, whatever is between. */
  before(name: string): string[] {
    const { kubernetes_namespace_v1: namespaces = {}, helm_release: releases = {} } = this.json.resource;
    const found = this.release(name).depends_on.flatMap((reference) => {
      const [type, id = ""] = reference.split(".");
      if (type !== "helm_release") return [`namespace ${required(namespaces[id], reference).metadata.name}`];
      const release = required(releases[id], reference).name;
      return [...this.before(release), `release ${release}`];
    });
    return [...new Set(found)].sort();
  }

  provider(name: string): Readonly<Record<string, unknown>> | undefined {
    return this.json.provider[name]?.[0];
  }
}

const OPERATED = {
  namespace: { name: "logs", create: true },
  operators: { namespace: { name: "operators", create: true }, alsoWatch: ["other"] },
  kafka: { kind: "strimzi" },
  elasticsearch: { kind: "eck" },
} satisfies Partial<KubernetesPlatform>;

const platform = new PlatformJson(kubernetesPlatformWith(OPERATED));

const RELEASES = ["elastic-operator", "strimzi-cluster-operator", "strimzi-crds"];

describe("with operators", () => {
  test("are two namespaces and their releases, in the operators' own", () => {
    expect(platform.namespaces.map(({ metadata }) => metadata.name)).toEqual(["logs", "operators"]);
    expect(platform.releases.map(({ name }) => name).sort()).toEqual(RELEASES);
    expect(new Set(platform.releases.map(({ namespace }) => namespace))).toEqual(new Set(["operators"]));
  });

  test("the operators' pods are held to the restricted standard; the pipeline's have one exception", () => {
    const modes = (name: string) =>
      Object.fromEntries(
        Object.entries(platform.namespace(name).metadata.labels).flatMap(([label, standard]) =>
          label.startsWith("pod-security.kubernetes.io/") ? [[label.split("/")[1], standard]] : [],
        ),
      );
    expect(modes("operators")).toEqual({ enforce: "restricted" });
    expect(modes("logs")).toEqual({ enforce: "privileged", audit: "restricted" });
  });

  test("they act where the pipeline is, and where else they are told to", () => {
    expect(platform.facts("strimzi-cluster-operator")["watchNamespaces"]).toEqual(["logs", "other"]);
    expect(platform.facts("elastic-operator")["managedNamespaces"]).toEqual(["logs", "other"]);
    const alone = new PlatformJson(
      kubernetesPlatformWith({ ...OPERATED, operators: { namespace: { name: "operators", create: true } } }),
    );
    expect(alone.facts("elastic-operator")["managedNamespaces"]).toEqual(["logs"]);
  });

  test("namespaces are made first, because rights are given in them; then definitions; then operators", () => {
    const namespaces = ["namespace logs", "namespace operators"];
    expect(platform.before("strimzi-crds")).toEqual(namespaces);
    expect(platform.before("elastic-operator")).toEqual(namespaces);
    expect(platform.before("strimzi-cluster-operator")).toEqual([...namespaces, "release strimzi-crds"]);
  });

  test("Helm speaks with the same cluster as Kubernetes' provider, and nothing ambient decides", () => {
    const { kubernetes, ...others } = required(platform.provider("helm"), "provider helm");
    expect(others).toEqual({ helm_driver: "secret" });
    expect(kubernetes).toEqual(platform.provider("kubernetes"));
    const set = kubernetes as Record<string, unknown>;
    expect(set).toMatchObject({ config_path: "/home/me/.kube/config", config_context: "review", insecure: false });
    const nothing = Object.entries(set).filter(([, value]) => value === "");
    expect(nothing.map(([name]) => name).sort()).toEqual([
      ...["client_certificate", "client_key", "cluster_ca_certificate", "config_context_auth_info"],
      ...["config_context_cluster", "host", "password", "proxy_url", "tls_server_name", "token", "username"],
    ]);
  });

  test.each<[string, Partial<KubernetesPlatform>, readonly string[]]>([
    ["Kafka alone", { elasticsearch: imported() }, ["strimzi-cluster-operator", "strimzi-crds"]],
    ["Elasticsearch alone", { kafka: importedKafka() }, ["elastic-operator"]],
  ])("only those are installed that are asked for: %s", (_, change, expected) => {
    const json = new PlatformJson(kubernetesPlatformWith({ ...OPERATED, ...change }));
    expect(json.releases.map(({ name }) => name).sort()).toEqual(expected);
  });

  test("where they are there, nothing is installed, and Helm is not needed", () => {
    const given = { namespace: { name: "operators", create: false } };
    const json = new PlatformJson(kubernetesPlatformWith({ ...OPERATED, operators: given }));
    expect(json.namespaces.map(({ metadata }) => metadata.name)).toEqual(["logs"]);
    expect(json.releases).toEqual([]);
    expect(json.provider("helm")).toBeUndefined();
  });

  test("where the pipeline's namespace is there, they come without it", () => {
    const json = new PlatformJson(kubernetesPlatformWith({ ...OPERATED, namespace: { name: "logs", create: false } }));
    expect(json.namespaces.map(({ metadata }) => metadata.name)).toEqual(["operators"]);
    expect(json.before("elastic-operator")).toEqual(["namespace operators"]);
  });
});

describe("what holds data", () => {
  const protectedNamespaces = (whenDestroyed: "keep" | "delete") => {
    const claims = { ...KUBERNETES.platform.claims, whenDestroyed };
    const json = new PlatformJson(kubernetesPlatformWith({ ...OPERATED, claims }));
    return json.namespaces.flatMap(({ metadata, lifecycle }) => (lifecycle ? [[metadata.name, lifecycle]] : []));
  };

  test("is protected where it shall be kept, and nothing else is", () => {
    expect(protectedNamespaces("keep")).toEqual([["logs", { prevent_destroy: true }]]);
  });

  test("goes where it shall go", () => {
    expect(protectedNamespaces("delete")).toEqual([]);
  });
});

test("without operators it is one namespace", () => {
  const json = new PlatformJson(dev);
  expect(json.namespaces).toEqual([
    expect.objectContaining({
      metadata: {
        name: "log-pipeline-dev",
        labels: {
          "app.kubernetes.io/name": "log-pipeline",
          "app.kubernetes.io/instance": "dev",
          "app.kubernetes.io/part-of": "log-pipeline",
          "app.kubernetes.io/managed-by": "cdktf",
          "pod-security.kubernetes.io/enforce": "privileged",
          "pod-security.kubernetes.io/audit": "restricted",
        },
      },
    }),
  ]);
  expect(json.releases).toEqual([]);
  expect(json.provider("helm")).toBeUndefined();
});

test.each([
  [false, undefined, false],
  [true, undefined, true],
  [false, false, false],
  [false, true, true],
  [true, true, true],
])("there is a platform where anything of it is made: namespace %s, operators %s", (namespace, operators, expected) => {
  const environment = kubernetesPlatformWith({
    namespace: { name: "logs", create: namespace },
    ...(operators === undefined ? {} : { operators: { namespace: { name: "operators", create: operators } } }),
  });
  expect(hasPlatformStack(environment.platform as KubernetesPlatform)).toBe(expected);
  expect(stackNames(environment)).toEqual([...(expected ? ["review-platform"] : []), "review-pipeline"]);
});

function imported(): NonNullable<KubernetesPlatform["elasticsearch"]> {
  return { kind: "imported" } as unknown as NonNullable<KubernetesPlatform["elasticsearch"]>;
}

function importedKafka(): NonNullable<KubernetesPlatform["kafka"]> {
  return { kind: "imported" } as unknown as NonNullable<KubernetesPlatform["kafka"]>;
}
