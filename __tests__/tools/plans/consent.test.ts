import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { dev } from "../../../environments/dev";
import { local } from "../../../environments/local";
import { production } from "../../../environments/production";
import { staging } from "../../../environments/staging";
import { deployPlan, deployPlanned, runDeploy } from "../../../tools/commands/deploy";
import { keepsData } from "../../../tools/plans/make";
import { RECORD_FILE } from "../../../tools/plans/record";

const folder = mkdtempSync(join(tmpdir(), "consent-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("what keeps data is what its facts say", () => {
  expect([local, dev, staging, production].map(keepsData)).toEqual([false, false, true, true]);
});

describe("where data is kept, nothing is deployed that nobody could have looked at", () => {
  const nobody = { yes: false, ask: undefined, stacks: undefined };

  test.each([
    ["nobody is there", nobody],
    [
      "'--yes' is said of a plan that there is not yet",
      { ...nobody, yes: true, ask: () => Promise.resolve("production") },
    ],
  ])("%s", async (_, consent) => {
    // A checkout with changes is refused before, and this one may have some.
    await expect(deployPlanned(production, {}, consent)).rejects.toThrow(
      /nothing was deployed: environment 'production' keeps data, (so its plan is looked at first: 'npm run plan -- production --out plan'|and no commit has what is in )/,
    );
  });

  test("a plan that is none, or of another environment, is refused", async () => {
    const plan = { folder: join(folder, "none"), yes: true, ask: undefined };
    await expect(deployPlan(production, {}, plan)).rejects.toThrow("there is no plan in ");
    writeFileSync(
      join(folder, RECORD_FILE),
      JSON.stringify({ environment: "staging", commit: "0", dirty: false, stacks: [] }),
    );
    await expect(deployPlan(production, {}, { ...plan, folder })).rejects.toThrow(
      "the plan is of environment 'staging', and 'production' is to be deployed",
    );
  });

  test("a plan is of one environment, and says which stacks", async () => {
    for (const [environments, more] of [
      [[staging, production], {}],
      [[production], { stack: ["production-platform"] }],
    ] as const) {
      await expect(runDeploy(environments, {}, { plan: folder, yes: true, ...more })).rejects.toThrow(
        "'--plan' is of one environment and says which of its stacks",
      );
    }
  });
});
