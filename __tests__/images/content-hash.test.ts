import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentHash } from "../../images/content-hash";

describe("contentHash", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "content-hash-"));
    mkdirSync(join(root, "recipe/deep"), { recursive: true });
    writeFileSync(join(root, "recipe/build.sh"), "echo 1\n");
    writeFileSync(join(root, "recipe/deep/file"), "2\n");
    writeFileSync(join(root, "single"), "3\n");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const hash = (words: string[] = []): string => contentHash(root, ["recipe", "single"], words);

  test("has 12 hexadecimal digits", () => {
    expect(hash()).toMatch(/^[0-9a-f]{12}$/);
  });

  test.each<[string, () => void]>([
    ["the content of a file", () => writeFileSync(join(root, "recipe/deep/file"), "changed\n")],
    ["a new file", () => writeFileSync(join(root, "recipe/new"), "")],
    ["a file that is gone", () => rmSync(join(root, "recipe/deep/file"))],
    ["an input that is a file", () => writeFileSync(join(root, "single"), "changed\n")],
    [
      "a name",
      () => {
        cpSync(join(root, "recipe/build.sh"), join(root, "recipe/other.sh"));
        rmSync(join(root, "recipe/build.sh"));
      },
    ],
  ])("changes with %s", (_, change) => {
    const before = hash();
    change();
    expect(hash()).not.toBe(before);
  });

  test.each<[string, () => void]>([
    ["times", () => utimesSync(join(root, "recipe/build.sh"), 1, 1)],
    ["modes", () => chmodSync(join(root, "recipe/build.sh"), 0o755)],
    [
      "dependencies and build output",
      () => {
        for (const folder of ["node_modules", "dist"]) {
          mkdirSync(join(root, "recipe", folder));
          writeFileSync(join(root, "recipe", folder, "file"), "x");
        }
      },
    ],
  ])("does not change with %s", (_, change) => {
    const before = hash();
    change();
    expect(hash()).toBe(before);
  });

  test("does not depend on where the checkout is", () => {
    const other = mkdtempSync(join(tmpdir(), "elsewhere-"));
    cpSync(root, other, { recursive: true });
    expect(contentHash(other, ["recipe", "single"])).toBe(hash());
    rmSync(other, { recursive: true });
  });

  test("does not depend on the order of inputs, but on each word and where it ends", () => {
    expect(contentHash(root, ["single", "recipe"])).toBe(hash());
    expect(hash(["a"])).not.toBe(hash());
    expect(hash(["ab", "c"])).not.toBe(hash(["a", "bc"]));
  });

  test("refuses an input that does not exist", () => {
    expect(() => contentHash(root, ["absent"])).toThrow("absent");
  });
});
