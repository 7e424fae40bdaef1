import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECK_CHART } from "../../constructs/operators/eck";
import { STRIMZI_CHART } from "../../constructs/operators/strimzi";
import { eckChart, helmProgramPath } from "../../tools/cluster/operators";
import { ROOT } from "../../tools/lib/paths";
import type { KubernetesObject } from "./cluster";
import { npm } from "./npm";
import { parseObjects } from "./objects";

/** In no package registry, but beside this repository where it is developed. */
const STRIMZI_DEFINITIONS = join(ROOT, "../shared/crds", `strimzi-${STRIMZI_CHART.version}`);

/** Whether there is anything to hold Strimzi's objects against. */
export const hasStrimziDefinitions = existsSync(STRIMZI_DEFINITIONS);

/** What is left out here, in sentences. */
export const LEFT_OUT: readonly string[] = [
  `chart ${STRIMZI_CHART.name} is in no package registry, so Strimzi's operator is not rendered`,
  ...(hasStrimziDefinitions
    ? []
    : [`there is no ${STRIMZI_DEFINITIONS}, so no object of Strimzi's is sent to the API server`]),
];

/** Charts for helm where it reaches no repository: ECK's own, and of Strimzi's what there is. */
export class OfflineCharts {
  private readonly folder = mkdtempSync(join(tmpdir(), "charts-"));

  constructor(private readonly cacheDirectory: string) {
    const strimzi = join(this.folder, STRIMZI_CHART.name);
    mkdirSync(strimzi);
    const { name, version } = STRIMZI_CHART;
    writeFileSync(join(strimzi, "Chart.yaml"), `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
    if (hasStrimziDefinitions) cpSync(STRIMZI_DEFINITIONS, join(strimzi, "crds"), { recursive: true });
  }

  /** Everything that an environment deploys, by the command that people use. */
  async render(environment: string): Promise<readonly KubernetesObject[]> {
    const charts = {
      [ECK_CHART.name]: eckChart(this.cacheDirectory),
      [STRIMZI_CHART.name]: join(this.folder, STRIMZI_CHART.name),
    };
    const { stdout } = await npm("manifests", [environment, "--helm", join(__dirname, "helm-offline.cjs")], {
      env: {
        // The other source has no Kibana.
        IMAGE_SOURCE: "registry",
        HELM_PROGRAM: helmProgramPath(this.cacheDirectory),
        HELM_CHARTS: JSON.stringify(charts),
      },
    });
    return parseObjects(stdout);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
