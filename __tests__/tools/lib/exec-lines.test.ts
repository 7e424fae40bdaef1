import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ExecError } from "../../../tools/lib/exec";
import { execLines } from "../../../tools/lib/exec-lines";
import { isAlive } from "../../../tools/lib/is-alive";
import { until } from "../../support/until";
import { type Programs, programs } from "../../support/programs";

let own: Programs;
beforeEach(() => {
  own = programs();
});
afterEach(() => own.remove());

async function all(script: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of execLines(own.add("program", script), [])) lines.push(line);
  return lines;
}

describe("execLines", () => {
  test.each<[string, string, string[]]>([
    ["nothing", "", []],
    ["a last line without its end", "printf 'one\\n\\ntwo'", ["one", "", "two"]],
    ["a character that comes in two pieces", "printf '%65535sä\\n' ''", [`${" ".repeat(65_535)}ä`]],
  ])("yields %s", async (_, script, lines) => expect(await all(script)).toEqual(lines));

  test("fails as the program does, with what that said last", async () => {
    const failure = await all("echo one; echo 'no disk' >&2; exit 3").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ExecError);
    expect((failure as ExecError).result).toMatchObject({ exitCode: 3, stderr: "no disk\n" });
  });

  test("fails where there is no such program", async () => {
    const run = async () => {
      for await (const _ of execLines("no-such-program", [])) expect(_).toBe("");
    };
    await expect(run()).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("ends a program of which no more is taken, however much it would print", async () => {
    const program = own.add("program", 'echo $$; exec yes "$(printf %1000s x)"');
    let pid = 0;
    for await (const line of execLines(program, [])) {
      pid = Number(line);
      break;
    }
    await until("the program has ended", () => Promise.resolve(!isAlive(pid)), 10_000);
    expect(pid).toBeGreaterThan(0);
  });
});
