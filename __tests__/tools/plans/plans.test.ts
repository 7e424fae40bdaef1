import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { ExecError, type ExecResult } from "../../../tools/lib/exec";
import { applyPlan, requireSameCommit, requireSameSynthesis } from "../../../tools/plans/apply";
import {
  changesText,
  countChanges,
  isEmpty,
  type PlanRecord,
  readRecord,
  RECORD_FILE,
} from "../../../tools/plans/record";
import type { Terraform } from "../../../tools/plans/terraform";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const STACKS = ["plans-test-platform", "plans-test-pipeline"];
const folder = mkdtempSync(join(tmpdir(), "plans-"));
afterAll(() => rmSync(folder, { recursive: true }));

function recordOf(change: Partial<PlanRecord> = {}): PlanRecord {
  const stacks = STACKS.map((name) => ({
    name,
    synthesized: `hash of ${name}`,
    changes: { add: 1, change: 2, destroy: 0 },
  }));
  return { environment: "test", commit: COMMIT, dirty: false, stacks, ...change };
}

describe("how much a plan changes", () => {
  const change = (...actions: string[]) => ({ change: { actions } });

  test("a resource that is replaced is removed and added", () => {
    const shown = {
      resource_changes: [change("no-op"), change("update"), change("delete", "create"), change("create")],
    };
    expect(countChanges(shown)).toEqual({ add: 2, change: 1, destroy: 1 });
    expect(changesText(countChanges(shown))).toBe("2 to add, 1 to change, 1 to destroy");
  });

  test("nothing is said to be nothing", () => {
    expect(changesText(countChanges({ resource_changes: [change("no-op"), change("read")] }))).toBe("no change");
    const none = recordOf().stacks.map((stack) => ({ ...stack, changes: { add: 0, change: 0, destroy: 0 } }));
    expect([isEmpty(recordOf()), isEmpty(recordOf({ stacks: none }))]).toEqual([false, true]);
  });
});

describe("a folder of plans", () => {
  test("is read as it was written", () => {
    writeFileSync(join(folder, RECORD_FILE), JSON.stringify(recordOf()));
    expect(readRecord(folder)).toEqual(recordOf());
  });

  test("that has none, or half of one, says how to make it", () => {
    expect(() => readRecord(join(folder, "none"))).toThrow(
      /there is no plan in .*none: make one with 'npm run plan -- /,
    );
    writeFileSync(join(folder, RECORD_FILE), JSON.stringify({ environment: "test" }));
    expect(() => readRecord(folder)).toThrow("is of no plan that this version can read: make it again");
  });
});

describe("a plan is applied to what it is of", () => {
  const here = { commit: COMMIT, beside: [] };

  test("and to nothing else", () => {
    expect(() => requireSameCommit(recordOf(), "test", here)).not.toThrow();
    expect(() => requireSameCommit(recordOf(), "other", here)).toThrow(
      "the plan is of environment 'test', and 'other' is to be deployed",
    );
    expect(() => requireSameCommit(recordOf({ commit: "f".repeat(40) }), "test", here)).toThrow(
      "the plan is of commit ffffffffffff, and 0123456789ab is checked out",
    );
  });

  test("also where the same commit synthesizes to something else: each stack is named", () => {
    expect(() => requireSameSynthesis(recordOf(), (name) => `hash of ${name}`)).not.toThrow();
    expect(() => requireSameSynthesis(recordOf(), (name) => `another of ${name}`)).toThrow(
      new RegExp(`the plan of ${STACKS[0]} is of another synthesis .*\\n.*the plan of ${STACKS[1]} is of another`),
    );
  });
});

describe("applying", () => {
  const result = (stderr: string): ExecResult => ({
    exitCode: 1,
    interrupted: false,
    stdout: "",
    stderr,
    stdoutBytes: Buffer.of(),
  });

  /** Fails to apply a stack so. */
  function terraform(failing?: string, stderr = "", interrupted?: string): { fake: Terraform; ran: string[] } {
    const ran: string[] = [];
    const fake = {
      init: (stack: string) => Promise.resolve(void ran.push(`init ${stack}`)),
      run: (stack: string, args: readonly string[]) => {
        ran.push(`${args[0]} ${stack} ${args.at(-1)}`);
        return stack === failing
          ? Promise.reject(new ExecError("terraform apply", result(stderr), "/log"))
          : Promise.resolve({ ...result(""), exitCode: 0, interrupted: stack === interrupted });
      },
    };
    return { fake: fake as unknown as Terraform, ran };
  }
  const apply = (fake: Terraform, reasons?: () => Promise<readonly string[]>) =>
    applyPlan(recordOf(), "/plans", fake, () => undefined, reasons);

  test("goes stack by stack, each with its own saved plan", async () => {
    const { fake, ran } = terraform();
    await apply(fake);
    expect(ran).toEqual(STACKS.flatMap((stack) => [`init ${stack}`, `apply ${stack} /plans/${stack}.tfplan`]));
  });

  test("that fails says which stacks were applied, Terraform's reason, and what the pods say", async () => {
    const { fake, ran } = terraform(STACKS[1], "Error: no such thing");
    await expect(apply(fake, () => Promise.resolve(["pod 'kafka' waits for a claim"]))).rejects.toThrow(
      new RegExp(
        `pod 'kafka' waits for a claim\\n.*Terraform says: Error: no such thing\\n.*${STACKS[1]} was applied in part, ${STACKS[0]} was applied .*plan and deploy again`,
      ),
    );
    expect(ran).toHaveLength(4);
  });

  test("that fails at the first stack leaves the others alone", async () => {
    const { fake, ran } = terraform(STACKS[0], "Error: no");
    await expect(apply(fake)).rejects.toThrow("nothing was applied before");
    expect(ran).toHaveLength(2);
  });

  test("that is interrupted goes on with no other stack, however well this one ended", async () => {
    const { fake, ran } = terraform(undefined, "", STACKS[0]);
    await expect(apply(fake)).rejects.toThrow(
      `interrupted: ${STACKS[0]} was applied, ${STACKS[1]} not: plan and deploy 'test' again, which goes on from there`,
    );
    expect(ran).toHaveLength(2);
    await expect(apply(terraform(undefined, "", STACKS[1]).fake)).rejects.toThrow(
      `interrupted: ${STACKS.join(", ")} were applied, which is all of 'test'`,
    );
  });

  test("of a plan that is older than the state says so", async () => {
    const { fake } = terraform(STACKS[0], "Error: Saved plan is stale\n\nThe given plan file can no longer be applied");
    await expect(apply(fake)).rejects.toThrow(
      `the plan of ${STACKS[0]} is stale: somebody has applied something since; nothing was applied before`,
    );
  });
});
