import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { App } from "cdktf";
import { buildApp } from "../../../app";
import type { EnvironmentConfig } from "../../../environments/environment";
import type { ImageSet } from "../../../images/image-set";
import { ROOT } from "../../../tools/lib/paths";
import { compareSnapshots } from "../../../tools/review/compare";
import { type Report, reportOf } from "../../../tools/review/report";
import { plainFacts, readSnapshot, type Snapshot } from "../../../tools/review/snapshot";
import { IMAGES } from "../../support/environments";

const directory = mkdtempSync(join(tmpdir(), "reviewed-"));
afterAll(() => rmSync(directory, { recursive: true }));

let builds = 0;

/** What a review would know of a revision that has these environments, validation included. */
export function snapshotOf(environments: readonly EnvironmentConfig[], images: ImageSet = IMAGES): Snapshot {
  const outdir = join(directory, String(builds++));
  const app = new App({ outdir });
  buildApp(app, environments, { images, stateDirectory: "/state" });
  app.synth();
  return readSnapshot(outdir, ROOT, Object.fromEntries(environments.map((one) => [one.name, plainFacts(one)])));
}

/** A snapshot of which a text is another: for what no fact of an environment changes. */
export function edited(snapshot: Snapshot, from: string | RegExp, to: string): Snapshot {
  const json = JSON.stringify(snapshot);
  const now = json.replace(from, to);
  if (now === json) throw new Error(`there is no '${from}' in what is synthesized`);
  return JSON.parse(now) as Snapshot;
}

/** A snapshot without a resource, by the beginning of its name. */
export function lacking(snapshot: Snapshot, type: string, name: string): Snapshot {
  const copy = JSON.parse(JSON.stringify(snapshot)) as {
    stacks: Record<string, { resource: Record<string, Record<string, unknown>> }>;
  };
  const gone = Object.values(copy.stacks).flatMap(({ resource }) => {
    const all = resource[type] ?? {};
    const names = Object.keys(all).filter((one) => one.startsWith(name));
    for (const one of names) delete all[one];
    return names;
  });
  if (gone.length === 0) throw new Error(`there is no ${type} '${name}'`);
  return copy as unknown as Snapshot;
}

export function reviewed(before: Snapshot, after: Snapshot): Report {
  return reportOf({ base: "base", head: "head" }, compareSnapshots(before, after));
}

/** Each danger as `danger partitions: topic app-logs: partitions: 12 → 8`. */
export function dangersIn(report: Report): string[] {
  return report.environments.flatMap((environment) =>
    environment.dangers.map(({ rule, severity, what, from, to }) =>
      `${severity} ${rule}: ${what}: ${[from, to].filter((side) => side !== undefined).join(" → ")}`.replaceAll(
        "`",
        "",
      ),
    ),
  );
}

/** Whether it is more than a notice. */
export function isGrave(danger: string): boolean {
  return !danger.startsWith("notice");
}

export function dangers(before: Snapshot, after: Snapshot): string[] {
  return allDangers(before, after).filter(isGrave);
}

/** Notices as well. */
export function allDangers(before: Snapshot, after: Snapshot): string[] {
  return dangersIn(reviewed(before, after));
}
