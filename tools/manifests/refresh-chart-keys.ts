// Makes helm-values/keys/<chart>-<version>.json anew, by hand, for another version of a chart:
//
//   node --import tsx tools/manifests/refresh-chart-keys.ts <folder of the chart> [version]
//
// from `helm pull --untar ...`. The version is needed where the chart comes from sources, which do not say it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../lib/paths";
import { chartKeys } from "./chart-keys";

const [folder, version] = process.argv.slice(2);
if (!folder) {
  console.error("Name the chart's folder.");
  process.exitCode = 1;
} else {
  const chart = parse(readFileSync(join(folder, "Chart.yaml"), "utf8")) as { name: string; version: string };
  const templates = readdirSync(join(folder, "templates"), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => readFileSync(join(folder, "templates", name), "utf8"));
  const keys = chartKeys(readFileSync(join(folder, "values.yaml"), "utf8"), templates);
  const directory = join(ROOT, "helm-values", "keys");
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${chart.name}-${version ?? chart.version}.json`);
  writeFileSync(file, `${JSON.stringify(keys, undefined, 2)}\n`);
  console.log(file);
}
