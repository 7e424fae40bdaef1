import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { env } from "node:process";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { describe, expect, test } from "@jest/globals";
import { TerraformStack, Testing } from "cdktf";
import { parse } from "yaml";
import { ECK_CHART, EckOperator } from "../../constructs/operators/eck";
import type { Chart } from "../../constructs/operators/operator";
import { STRIMZI_CHART, StrimziOperator } from "../../constructs/operators/strimzi";
import { ROOT } from "../../tools/lib/paths";
import { type ChartKeys, chartKeys, keysOf, unknownKeys } from "../../tools/manifests/chart-keys";
import type { Json } from "../../tools/manifests/json";

const VALUES = join(ROOT, "helm-values");

/** Paths of what the construct adds to a chart's constants. */
function factsOf(Operator: typeof EckOperator | typeof StrimziOperator, chart: Chart): string[] {
  const stack = new TerraformStack(Testing.app({ outdir: join(tmpdir(), "log-pipeline-tests") }), "stack");
  new HelmProvider(stack, "helm");
  new Operator(stack, "Operator", { namespace: "operators", watches: ["logs"] });
  const { resource } = JSON.parse(Testing.synth(stack, true)) as {
    resource: { helm_release: Record<string, { chart: string; values: string[] }> };
  };
  const release = Object.values(resource.helm_release).find((one) => one.chart === chart.name);
  return keysOf(JSON.parse(release?.values[1] ?? "") as Json);
}

const FACTS: Readonly<Record<string, readonly string[]>> = {
  [STRIMZI_CHART.name]: factsOf(StrimziOperator, STRIMZI_CHART),
  [ECK_CHART.name]: factsOf(EckOperator, ECK_CHART),
};

const read = (file: string) => parse(readFileSync(file, "utf8")) as Record<string, Json>;
const constants = ({ name }: Chart) => read(join(VALUES, `${name}.yaml`));
const keysFile = ({ name, version }: Chart) => join(VALUES, "keys", `${name}-${version}.json`);
const keys = (chart: Chart) => JSON.parse(readFileSync(keysFile(chart), "utf8")) as ChartKeys;

/** Each chart, and where its own files may be found on this machine. */
const CHARTS: readonly (readonly [name: string, chart: Chart, sources: readonly string[]])[] = [
  [STRIMZI_CHART.name, STRIMZI_CHART, [join(ROOT, "../shared/charts/strimzi-kafka-operator-1.2.0.values.yaml")]],
  [
    ECK_CHART.name,
    ECK_CHART,
    [
      join(
        env["GOMODCACHE"] ?? join(env["GOPATH"] ?? join(homedir(), "go"), "pkg/mod"),
        `github.com/elastic/cloud-on-k8s/v3@v${ECK_CHART.version}/deploy/eck-operator/values.yaml`,
      ),
      join(
        homedir(),
        `.cache/log-pipeline/go-mod/github.com/elastic/cloud-on-k8s/v3@v${ECK_CHART.version}/deploy/eck-operator/values.yaml`,
      ),
    ],
  ],
];

test("there is a file for each chart, and a list of what the chart can be told", () => {
  const files = (directory: string) => readdirSync(directory).filter((name) => /\.(yaml|json)$/.test(name));
  expect(files(VALUES).sort()).toEqual(CHARTS.map(([name]) => `${name}.yaml`).sort());
  expect(files(join(VALUES, "keys")).sort()).toEqual(CHARTS.map(([, chart]) => basename(keysFile(chart))).sort());
});

describe.each(CHARTS)("%s", (name, chart, sources) => {
  test("is told nothing that it would overlook", () => {
    expect(unknownKeys(keysOf(constants(chart)), keys(chart))).toEqual([]);
    const facts = FACTS[name] ?? [];
    expect(facts.length).toBeGreaterThan(0);
    expect(unknownKeys(facts, keys(chart))).toEqual([]);
  });

  test("no constant hides a fact: a list counts as a whole", () => {
    const set = keysOf(constants(chart));
    const meet = (fact: string) =>
      set.filter((one) => `${one}.`.startsWith(`${fact}.`) || `${fact}.`.startsWith(`${one}.`));
    expect((FACTS[name] ?? []).flatMap(meet)).toEqual([]);
  });

  const source = sources.find((file) => existsSync(file));
  if (!source) process.stderr.write(`\nNOT TESTED against the real chart, there is no ${sources.join(", no ")}\n`);
  (source ? test : test.skip)("the list of what it can be told is the chart's own", () => {
    const folder = join(source ?? "", "..", "templates");
    const templates = existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => readFileSync(join(folder, entry.name), "utf8"))
      : undefined;
    const found = chartKeys(readFileSync(source ?? "", "utf8"), templates ?? []);
    // Of Strimzi's there are the values alone.
    expect(templates ? found : { ...keys(chart), values: found.values }).toEqual(keys(chart));
  });

  test("its pods keep to the restricted Pod Security Standard", () => {
    expect(constants(chart)).toMatchObject({
      podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      securityContext: {
        allowPrivilegeEscalation: false,
        runAsNonRoot: true,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
    });
  });

  test("memory is set aside, and the limit; processor time has none", () => {
    const { requests, limits } = constants(chart)["resources"] as unknown as Record<string, Record<string, unknown>>;
    expect(requests?.["memory"]).toBe(limits?.["memory"]);
    expect(requests?.["cpu"]).toMatch(/^\d+m$/);
    // Null takes the chart's own away.
    expect(limits).toHaveProperty("cpu", null);
  });

  test("no image is named: the chart's version decides", () => {
    const named = /(^|\.)(image|tag|digest|registry|repository)(\.|$)|^default|containerRe|containerSuffix/i;
    expect(keysOf(constants(chart)).filter((path) => named.test(path))).toEqual([]);
  });
});

describe("what an operator is told", () => {
  const strimzi = constants(STRIMZI_CHART);
  const eck = constants(ECK_CHART);

  test("there are two of each, of which one leads and one always stays", () => {
    expect([strimzi["replicas"], eck["replicaCount"]]).toEqual([2, 2]);
    expect(strimzi).toMatchObject({ leaderElection: { enable: true } });
    expect(eck).toMatchObject({ config: { enableLeaderElection: true } });
    for (const values of [strimzi, eck]) {
      expect(values).toMatchObject({ podDisruptionBudget: { enabled: true, minAvailable: 1 } });
    }
  });

  test("Strimzi makes restricted pods and closed networks, and nobody gets a right by the way", () => {
    expect(strimzi["extraEnvs"]).toEqual([{ name: "STRIMZI_POD_SECURITY_PROVIDER_CLASS", value: "restricted" }]);
    expect(strimzi).toMatchObject({
      generateNetworkPolicy: true,
      operatorNetworkPolicy: { enabled: true },
      watchAnyNamespace: false,
      createAggregateRoles: false,
    });
  });

  test("ECK judges what it is sent, tells nobody, and keeps namespaces apart", () => {
    expect(eck).toMatchObject({
      installCRDs: true,
      webhook: { enabled: true, failurePolicy: "Ignore", manageCerts: true },
      telemetry: { disabled: true },
      refs: { enforceRBAC: true },
    });
    expect((eck["config"] as { exposedNodeLabels: string[] }).exposedNodeLabels).toEqual(["topology.kubernetes.io/.*"]);
  });
});

describe("keys of a chart", () => {
  const found = chartKeys("a: 1\nb: {}\nc:\n  d: [x]\n  e: null\nf: {g: 1}\n", [
    "{{ .Values.a }} {{- if $.Values.c.new }} {{ toYaml .Values.b | indent 2 }}",
    "{{- with .Values.f }}\nx:\n{{ toYaml . }}\n{{- end }}{{ with .Values.c.d }}{{ . }}{{ end }}{{ toYaml . }}",
  ]);

  test("are those that it sets, those that it looks at, and those that it prints as they are", () => {
    expect(found).toEqual({ values: ["a", "b", "c.d", "c.e", "f.g"], templates: ["c.new"], free: ["b", "f"] });
  });

  test("a path that none of them has is unknown", () => {
    const paths = ["a", "a.x", "b.x", "c", "c.d", "c.e", "c.new", "c.x", "f.x.y", "x"];
    expect(unknownKeys(paths, found)).toEqual(["a.x", "c", "c.x", "x"]);
  });
});
