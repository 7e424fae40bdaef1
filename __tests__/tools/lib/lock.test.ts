import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { withLock } from "../../../tools/lib/lock";
import { LOCAL_DIR } from "../../../tools/lib/paths";
import { UserError, userErrorOf } from "../../../tools/lib/user-error";

// In the checkout's own directory, under a name that nothing else has.
const NAME = `test-${process.pid}`;
const FILE = join(LOCAL_DIR, `${NAME}.lock`);

beforeEach(() => void mkdirSync(LOCAL_DIR, { recursive: true }));
afterEach(() => rmSync(FILE, { force: true }));

test("while it runs the lock names its process, and afterwards there is none", async () => {
  const during = await withLock(NAME, () => Promise.resolve(readFileSync(FILE, "utf8")));
  expect(during).toBe(String(process.pid));
  expect(existsSync(FILE)).toBe(false);
});

test("a run that fails gives its lock back", async () => {
  await expect(withLock(NAME, () => Promise.reject(new Error("broken")))).rejects.toThrow(new Error("broken"));
  expect(existsSync(FILE)).toBe(false);
});

test("a second run is refused with the process of the first, and does not begin", async () => {
  writeFileSync(FILE, String(process.ppid));
  const run = jest.fn(() => Promise.resolve());
  await expect(withLock(NAME, run)).rejects.toThrow(
    new UserError(
      `another run is under way in this checkout (process ${process.ppid}): wait for it, or end it with 'kill ${process.ppid}'`,
    ),
  );
  expect(run).not.toHaveBeenCalled();
  expect(readFileSync(FILE, "utf8")).toBe(String(process.ppid));
});

test("another user's process, which may not be signalled, holds its lock", async () => {
  writeFileSync(FILE, "4242");
  const kill = jest.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
  });
  try {
    await expect(withLock(NAME, () => Promise.resolve())).rejects.toThrow("(process 4242)");
  } finally {
    kill.mockRestore();
  }
});

test.each([
  ["of a process that is gone", () => String(spawnSync("true").pid)],
  ["that a crash left empty", () => ""],
  ["with something else in it", () => "no number"],
  ["of a process group", () => "-1"],
])("a lock %s is taken over", async (_, content) => {
  writeFileSync(FILE, content());
  expect(await withLock(NAME, () => Promise.resolve("ran"))).toBe("ran");
  expect(existsSync(FILE)).toBe(false);
});

test("locks of different names do not meet", async () => {
  writeFileSync(FILE, String(process.ppid));
  expect(await withLock(`${NAME}-other`, () => Promise.resolve("ran"))).toBe("ran");
});

test("one problem is a sentence, several are a list", () => {
  expect(userErrorOf(["only"]).message).toBe("only");
  expect(userErrorOf(["one", "two"])).toMatchObject({ name: "UserError", message: "- one\n- two" });
});
