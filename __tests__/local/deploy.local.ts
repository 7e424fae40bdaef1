import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { LOCAL_DIR } from "../../tools/lib/paths";
import { type PlanRecord, RECORD_FILE } from "../../tools/plans/record";
import type { VerifyReport } from "../../tools/verify/verify";
import { npm } from "../cluster/npm";

const folder = join(LOCAL_DIR, "plans", "test");

beforeAll(async () => {
  await npm("up", ["--no-verify"], { inherit: true });
});

afterAll(async () => {
  await npm("down", ["--volumes"], { inherit: true });
  rmSync(folder, { recursive: true, force: true });
});

async function plan(): Promise<PlanRecord & { readonly empty: boolean }> {
  const { stdout } = await npm("plan", ["local", "--out", folder, "--json"]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as PlanRecord & { readonly empty: boolean };
}

const deploy = (...args: string[]) => npm("deploy", ["local", "--plan", folder, ...args], { allowFailure: true });

/** What deploy.yml does, step by step, where there is a Docker Engine and no cluster. */
test("a plan that is saved is applied, the proof passes, and the next plan is empty", async () => {
  // Something to deploy: a container that somebody took away.
  await npm("down", []);
  const planned = await plan();
  expect(planned).toMatchObject({ environment: "local", stacks: [{ name: "local" }], empty: false });

  const applied = await deploy("--yes");
  expect([applied.exitCode, applied.stderr]).toEqual([0, expect.any(String)]);
  const { stdout } = await npm("verify", ["--requests", "100", "--json"]);
  const report = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as VerifyReport;
  expect(report).toMatchObject({ lost: 0, doubled: 0 });

  const again = await deploy("--yes");
  expect(again.exitCode).toBe(1);
  expect(again.stderr).toContain("the plan of local is stale: somebody has applied something since");
  expect(await plan()).toMatchObject({ empty: true, stacks: [{ changes: { add: 0, change: 0, destroy: 0 } }] });
});

test("a plan of another commit is refused before anything is changed", async () => {
  const planned = await plan();
  const file = join(folder, RECORD_FILE);
  const { empty: _, ...record } = { ...planned, commit: "0".repeat(40) };
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), commit: record.commit }));
  const refused = await deploy("--yes");
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toMatch(/the plan is of commit 000000000000, and [0-9a-f]{12} is checked out/);
});
