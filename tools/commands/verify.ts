import { DASHBOARDS } from "../../constructs/content/dashboards/all";
import { ID_PREFIX } from "../../constructs/content/kibana/ids";
import type { DockerPlatform, EnvironmentConfig } from "../../environments/environment";
import { requireSampleServices, withAccess } from "../verify/open-access";
import { renderReport, renderTrace } from "../verify/report";
import { traceLines, verify } from "../verify/verify";
import { inertText } from "../lib/inert";
import { jsonText } from "../lib/json-text";
import { readLocalSettings } from "../lib/local-settings";
import { progressLine } from "../lib/progress-line";

/** Runs the proof, prints it, and sets the exit code. */
export async function runVerify(
  environment: EnvironmentConfig,
  options: { readonly requests: number; readonly rate: number; readonly json: boolean },
): Promise<void> {
  requireSampleServices(environment);
  const result = await withAccess(environment, (access) => {
    const progress = progressLine(`Verifying with ${options.requests} requests`);
    const { requests, rate } = options;
    return verify(access, { requests, rate, patienceMs: PATIENCE_MS, quietMs: QUIET_MS, say: progress.say }).finally(
      progress.end,
    );
  });
  if (options.json) {
    for (const problem of result.problems) console.error(inertText(problem));
    console.log(jsonText(result.report));
  } else {
    console.log(`\n${renderReport(result)}`);
  }
  if (result.problems.length > 0) process.exitCode = 1;
}

/** Prints the lines of one trace, joined across services. */
export async function printTrace(environment: EnvironmentConfig, traceId: string, json: boolean): Promise<void> {
  const lines = await withAccess(environment, (access) => traceLines(access, traceId));
  console.log(json ? jsonText(lines) : renderTrace(lines));
}

export function printAddresses(platform: DockerPlatform): void {
  // Its image can be had from a registry only.
  const withKibana = readLocalSettings()?.imageSource === "registry";
  console.log(addresses(platform, withKibana).join("\n"));
}

/** Where everything is, for people: also the dashboards, or what answers their questions without Kibana. */
export function addresses({ ports }: DockerPlatform, withKibana: boolean): readonly string[] {
  const kibana = `http://127.0.0.1:${ports.kibana}`;
  return [
    "",
    `Gateway        http://127.0.0.1:${ports.gateway}/orders`,
    `Elasticsearch  http://127.0.0.1:${ports.elasticsearch}`,
    ...(withKibana
      ? [
          `Kibana         ${kibana}`,
          ...DASHBOARDS.map(
            ({ name, title }) => `  ${title.padEnd(18)} ${kibana}/app/dashboards#/view/${ID_PREFIX}${name}`,
          ),
        ]
      : []),
    `Jaeger         http://127.0.0.1:${ports.jaeger}`,
    `Kafka          127.0.0.1:${ports.kafka}`,
    `Consumer       http://127.0.0.1:${ports.consumer}/metrics`,
    `Filebeat       http://127.0.0.1:${ports["filebeat-metrics"]}/metrics`,
    ...(withKibana
      ? []
      : [
          "",
          "There is no Kibana; its questions are answered here:",
          "  npm run logs -- --level error --since 15m",
          "  npm run logs -- --top error.type",
          "  npm run logs -- --html report.html",
        ]),
  ];
}

const PATIENCE_MS = 180_000;
/** Longer than Elasticsearch takes to make a document searchable: see `refreshInterval` of the environments. */
const QUIET_MS = 10_000;
