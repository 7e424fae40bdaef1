import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { takeUpMovedState } from "../../../tools/lib/local-state";
import { UserError } from "../../../tools/lib/user-error";

let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "moved-"));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const inClone = (clone: string, ...path: string[]) => join(folder, clone, ...path);
const stateIn = (clone: string) => inClone(clone, ".local", "state", "local.tfstate");
const directory = () => inClone("here", "cdktf.out", "stacks", "local");
const memory = () => join(directory(), ".terraform", "terraform.tfstate");

function write(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
}

/** What Terraform keeps of the backend that it was initialized with. */
const remembered = (path: string, type = "local") =>
  write(memory(), { version: 3, backend: { type, config: { path } } });

const takeUp = () => takeUpMovedState("local", directory(), stateIn("here"), (text) => said.push(text));

describe("a checkout that was moved", () => {
  test("has its state taken up where it is now", () => {
    remembered(stateIn("before"));
    write(stateIn("here"), {});
    takeUp();
    expect([existsSync(memory()), said]).toEqual([false, []]);
  });

  test("has it taken up where a copy of it stays behind as well", () => {
    remembered(stateIn("before"));
    write(stateIn("before"), {});
    write(stateIn("here"), {});
    takeUp();
    expect(existsSync(memory())).toBe(false);
  });

  test("is told where its state was left behind, and nothing is forgotten", () => {
    remembered(stateIn("before"));
    write(stateIn("before"), {});
    expect(takeUp).toThrow(
      new UserError(
        `the state of 'local' is still where this checkout was before, so Terraform would make everything once more: mkdir -p '${dirname(stateIn("here"))}' && mv '${stateIn("before")}' '${stateIn("here")}'`,
      ),
    );
    expect(existsSync(memory())).toBe(true);
  });

  test("is told that there is no state any more", () => {
    remembered(stateIn("before"));
    takeUp();
    expect([existsSync(memory()), said]).toEqual([
      false,
      [
        `there is no state of 'local', neither here nor in ${stateIn("before")}, where it was: it counts as never deployed`,
      ],
    ]);
  });
});

describe("Terraform keeps what it remembers", () => {
  test.each<[string, () => void]>([
    ["where nothing was moved", () => remembered(stateIn("here"))],
    ["of a state elsewhere", () => remembered("local.tfstate", "s3")],
    ["of a state of another name", () => remembered(inClone("before", "other.tfstate"))],
    ["that it alone can read", () => write(memory(), "text")],
  ])("%s", (_, before) => {
    before();
    takeUp();
    expect([existsSync(memory()), said]).toEqual([true, []]);
  });

  test("where it has none, it needs none", () => {
    takeUp();
    expect([existsSync(memory()), said]).toEqual([false, []]);
  });
});
