import { describe, expect, test } from "@jest/globals";
import { exec } from "../../tools/lib/exec";
import { ROOT } from "../../tools/lib/paths";

/** Runs a command of ours in a shell, which says on standard error how it ended. */
async function run(command: string, printingTo: string) {
  const script = `{ node tools/bootstrap.mjs ${command}; echo "ended with $?" >&2; } ${printingTo}`;
  return (await exec("sh", ["-c", script], { cwd: ROOT })).stderr.trim().split("\n");
}

describe.each(["guardrails --json", "logs --help"])("npm run %s", (command) => {
  test("says in a sentence that the disk is full, and fails", async () => {
    expect(await run(command, "> /dev/full")).toEqual([
      "standard output cannot be written, so not everything was printed: ENOSPC: no space left on device, write",
      "ended with 1",
    ]);
  });

  test("ends without a word when its reader has gone", async () => {
    expect(await run(command, "| true")).toEqual(["ended with 0"]);
  });
});
