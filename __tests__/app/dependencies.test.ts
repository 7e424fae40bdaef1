import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { preProcessFile } from "typescript";
import { ROOT } from "../../tools/lib/paths";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;

/** What runs where only the dependencies of production are installed. */
const PROGRAMS = ["main.ts", "app.ts", "contract", "constructs", "environments", "images", "stacks", "tools"];

function sources(path: string): string[] {
  if (/\.[cm]?[jt]s$/.test(path)) return [path];
  return readdirSync(join(ROOT, path), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() || /\.[cm]?[jt]s$/.test(entry.name) ? sources(join(path, entry.name)) : [],
  );
}

/** The packages that a file imports or requires, also those that it loads only when it needs them. */
function packagesOf(file: string): string[] {
  return preProcessFile(readFileSync(join(ROOT, file), "utf8"), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith(".") && !isBuiltin(name))
    .map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    );
}

describe("a program", () => {
  test("imports only packages that an installation without devDependencies has", () => {
    const missing = PROGRAMS.flatMap(sources).flatMap((file) =>
      packagesOf(file).flatMap((name) => (name in manifest.dependencies ? [] : [`${file}: ${name}`])),
    );
    expect(missing).toEqual([]);
  });
});
