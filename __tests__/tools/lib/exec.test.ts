import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { exec, ExecError, hasProgram } from "../../../tools/lib/exec";

const directory = mkdtempSync(join(tmpdir(), "exec-"));
afterAll(() => rmSync(directory, { recursive: true }));

const sh = (script: string, options?: Parameters<typeof exec>[2]) => exec("/bin/sh", ["-c", script], options);

test("both streams and the exit code", async () => {
  const result = await sh("echo out; echo err >&2");
  expect(result).toEqual({
    exitCode: 0,
    interrupted: false,
    stdout: "out\n",
    stderr: "err\n",
    stdoutBytes: Buffer.from("out\n"),
  });
});

describe("a program that fails", () => {
  test("is an error with its command, its code and what it said last", async () => {
    const error = await sh("seq 30 >&2; exit 7").catch((caught: unknown) => caught);
    const last = Array.from({ length: 20 }, (_, index) => index + 11).join("\n");
    expect(error).toBeInstanceOf(ExecError);
    expect(error).toMatchObject({
      message: `'/bin/sh -c seq 30 >&2; exit 7' exited with 7:\n${last}`,
      result: { exitCode: 7 },
    });
  });

  test("said it on standard output, if it has nothing to say on the other", async () => {
    await expect(sh("echo only; exit 1")).rejects.toThrow("'/bin/sh -c echo only; exit 1' exited with 1:\nonly");
  });

  test("is a result where that is allowed", async () => {
    expect(await sh("exit 7", { allowFailure: true })).toMatchObject({ exitCode: 7 });
  });

  test.each([
    ["INT", 130],
    ["TERM", 143],
  ])("by signal %s has the shell's code for it", async (signal, exitCode) => {
    expect(await sh(`kill -${signal} $$`, { allowFailure: true })).toMatchObject({ exitCode });
  });

  test("to start is told", async () => {
    await expect(exec(join(directory, "none"), [])).rejects.toThrow(`spawn ${join(directory, "none")} ENOENT`);
  });

  test("to end in time is ended", async () => {
    expect(await sh("exec sleep 60", { timeoutMs: 50, allowFailure: true })).toMatchObject({ exitCode: 143 });
  });

  test("to end before it is aborted is ended", async () => {
    await expect(sh("exec sleep 60", { signal: AbortSignal.abort() })).rejects.toThrow("The operation was aborted");
  });
});

describe("the log file", () => {
  test("has both streams, whole, when the program has ended; its directory is made", async () => {
    const logFile = join(directory, "a", "b", "run.log");
    // So much that writing it takes longer than the program runs.
    const { stdout } = await sh("head -c 20000000 /dev/zero; echo err >&2", { logFile });
    expect(stdout).toHaveLength(20_000_000);
    expect(statSync(logFile).size).toBe(20_000_000 + "err\n".length);
  });

  test("is named by the error", async () => {
    const logFile = join(directory, "failed.log");
    await expect(sh("echo why; exit 1", { logFile })).rejects.toThrow(
      `'/bin/sh -c echo why; exit 1' exited with 1 (whole output: ${logFile}):\nwhy`,
    );
    expect(readFileSync(logFile, "utf8")).toBe("why\n");
  });
});

describe("input", () => {
  test("is read, as bytes", async () => {
    const bytes = Buffer.from([0, 255, 10, 128]);
    expect((await exec("cat", [], { input: bytes })).stdoutBytes).toEqual(bytes);
  });

  test("is empty if there is none", async () => {
    expect((await exec("cat", [])).stdout).toBe("");
    expect((await exec("cat", [], { input: "" })).stdout).toBe("");
  });

  test("may be left unread: the exit code tells", async () => {
    expect(await sh("exec 0<&-; exit 4", { input: "x".repeat(1_000_000), allowFailure: true })).toMatchObject({
      exitCode: 4,
    });
  });
});

describe("lines as they come", () => {
  async function linesOf(output: string): Promise<string[]> {
    const lines: string[] = [];
    await exec("cat", [], { input: output, onLine: (line) => lines.push(line) });
    return lines;
  }

  test.each([
    ["progress that rewrites its line", "10%\r20%\r\ndone\r\n", ["10%", "20%", "done"]],
    ["a last line without its end", "one\ntwo", ["one", "two"]],
    ["blank lines and blanks", "\n \n  one  \n\n", ["one"]],
    ["nothing", "", []],
  ])("%s", async (_, output, expected) => {
    expect(await linesOf(output)).toEqual(expected);
  });

  // A chunk has at most 64 KiB, which no character or line end of three bytes divides: borders fall within them.
  test.each([
    ["characters", "€", `${"€".repeat(33)}\n`],
    ["line ends", "x", "x\r\n"],
  ])("chunks may end within %s", async (_, character, line) => {
    const lines = await linesOf(line.repeat(20_000));
    expect(lines).toHaveLength(20_000);
    expect(new Set(lines)).toEqual(new Set([line.trim()]));
    expect(lines[0]?.startsWith(character)).toBe(true);
  });

  test("are of both streams, each kept apart", async () => {
    const lines: string[] = [];
    await sh("printf 'out '; printf 'err ' >&2; echo put; echo or >&2", { onLine: (line) => lines.push(line) });
    expect(lines.sort()).toEqual(["err or", "out put"]);
  });
});

test("the environment is inherited, with what is added and without what is taken away", async () => {
  const { stdout } = await sh('echo "$ADDED,${HOME-none},${PATH:+path}"', { env: { ADDED: "yes", HOME: undefined } });
  expect(stdout).toBe("yes,none,path\n");
});

test("it runs where it is told to", async () => {
  expect((await exec("pwd", [], { cwd: "/" })).stdout).toBe("/\n");
});

test.each([
  ["sh", true],
  ["no-such-program", false],
  ["-v", false],
  ["", false],
])("hasProgram(%j) is %s", async (program, expected) => {
  expect(await hasProgram(program)).toBe(expected);
});

describe("a program that ends itself", () => {
  const forever = "trap 'echo told; exit 0' TERM; echo ready; while :; do sleep 0.02; done";
  const whenReady = (tell: () => void) => ({
    endsItself: true,
    onLine: (line: string) => (line === "ready" ? tell() : undefined),
  });

  test("is told of a signal, has the time it needs, and it is known that it was told", async () => {
    const result = await sh(
      forever,
      whenReady(() => void process.emit("SIGTERM", "SIGTERM")),
    );
    expect(result).toMatchObject({ exitCode: 0, interrupted: true, stdout: "ready\ntold\n" });
    expect(process.listeners("SIGTERM")).toEqual([]);
  });

  test("is in no group of this process, so that a terminal's Ctrl-C does not come to it a second time", async () => {
    const { stdout } = await sh("ps -o pgid= -p $$; echo $$", { endsItself: true });
    const [group, own] = stdout.trim().split(/\s+/);
    expect(group).toBe(own);
    expect((await sh("true", { endsItself: true })).interrupted).toBe(false);
  });
});
