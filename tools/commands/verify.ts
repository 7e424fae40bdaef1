import type { DockerPlatform, EnvironmentConfig } from "../../environments/environment";
import { requireSampleServices, withAccess } from "../verify/open-access";
import { renderReport, renderTrace } from "../verify/report";
import { traceLines, verify } from "../verify/verify";
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
    return verify(access, { requests, rate, patienceMs: PATIENCE_MS, say: progress.say }).finally(progress.end);
  });
  if (options.json) {
    for (const problem of result.problems) console.error(problem);
    console.log(JSON.stringify(result.report));
  } else {
    console.log(`\n${renderReport(result)}`);
  }
  if (result.problems.length > 0) process.exitCode = 1;
}

/** Prints the lines of one trace, joined across services. */
export async function printTrace(environment: EnvironmentConfig, traceId: string, json: boolean): Promise<void> {
  const lines = await withAccess(environment, (access) => traceLines(access, traceId));
  console.log(json ? JSON.stringify(lines) : renderTrace(lines));
}

export function printAddresses({ ports }: DockerPlatform): void {
  // Its image can be had from a registry only.
  const withKibana = readLocalSettings()?.imageSource === "registry";
  console.log(
    [
      "",
      `Gateway        http://127.0.0.1:${ports.gateway}/orders`,
      `Elasticsearch  http://127.0.0.1:${ports.elasticsearch}`,
      ...(withKibana ? [`Kibana         http://127.0.0.1:${ports.kibana}`] : []),
      `Jaeger         http://127.0.0.1:${ports.jaeger}`,
      `Kafka          127.0.0.1:${ports.kafka}`,
      `Consumer       http://127.0.0.1:${ports.consumer}/metrics`,
    ].join("\n"),
  );
}

const PATIENCE_MS = 180_000;
