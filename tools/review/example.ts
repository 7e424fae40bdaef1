import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { buildApp } from "../../app";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import type { EnvironmentConfig } from "../../environments/environment";
import { production } from "../../environments/production";
import { imageSet } from "../../images/image-set";
import { ROOT } from "../lib/paths";
import { compareSnapshots } from "./compare";
import { renderMarkdown } from "./markdown";
import { reportOf } from "./report";
import { plainFacts, readSnapshot, type Snapshot } from "./snapshot";

/** What the example of docs/review.md changes. Without a workload, with which synth would refuse it. */
export function exampleReport(): string {
  const { workload: _, objectives: __, ...before } = production;
  const after: EnvironmentConfig = {
    ...before,
    kafka: { ...before.kafka, logs: { ...before.kafka.logs, partitions: 10 } },
    elasticsearch: {
      ...before.elasticsearch,
      lifecycle: { ...before.elasticsearch.lifecycle, deleteAfter: Duration.days(7) },
    },
    consumer: { ...before.consumer, memory: Size.mebibytes(768) },
    tracing: { ...before.tracing, fromNamespaces: ["shop", "checkout"] },
  };
  const report = reportOf(
    { base: "main (1f0c2d3e4b)", head: "6a7b8c9d0e" },
    compareSnapshots(snapshotOf(before), snapshotOf(after)),
  );
  return renderMarkdown(report);
}

function snapshotOf(environment: EnvironmentConfig): Snapshot {
  const outdir = mkdtempSync(join(tmpdir(), "review-example-"));
  try {
    const app = new App({ outdir });
    buildApp(app, [environment], { images: imageSet("registry", ROOT), stateDirectory: join(ROOT, ".local", "state") });
    app.synth();
    return readSnapshot(outdir, ROOT, { [environment.name]: plainFacts(environment) });
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
