import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { exec } from "../../tools/lib/exec";
import { ROOT } from "../../tools/lib/paths";
import { programs, type Programs } from "../support/programs";

let path: Programs;
let root: string;

beforeEach(() => {
  path = programs();
  root = join(path.directory, "checkout");
  for (const file of ["bootstrap.mjs", "installation.mjs"])
    if (existsSync(join(ROOT, "tools", file))) cpSync(join(ROOT, "tools", file), join(root, "tools", file));
  // In the place of what reads TypeScript: it runs before the command line, and says what that was called with.
  write(
    "node_modules/tsx/dist/loader.mjs",
    'console.log(["ran", ...process.argv.slice(2)].join(" ")); process.exit();',
  );
  write("package-lock.json", lock(PACKAGES));
  path.add(
    "npm",
    `echo "$*" >> ${join(path.directory, "calls")}; cp ${join(root, "package-lock.json")} ${installedFile()}`,
  );
});
afterEach(() => path.remove());

const installedFile = () => join(root, "node_modules/.package-lock.json");

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

type Packages = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const PACKAGES: Packages = {
  "": { name: "log-pipeline" },
  "node_modules/needed": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/for-tests": { version: "1.0.0", integrity: "sha512-b", dev: true },
  "node_modules/of-another-system": { version: "1.0.0", integrity: "sha512-c", optional: true, os: ["aix"] },
  "node_modules/own": { resolved: "own", link: true },
  own: { name: "own", version: "0.1.0" },
};

const lock = (packages: Packages) => JSON.stringify({ lockfileVersion: 3, packages });

/** What npm keeps in node_modules of what it has put there. */
function installed(change: Readonly<Record<string, object | undefined>> = {}): void {
  const left = { "": undefined, "node_modules/of-another-system": undefined, ...change };
  write("node_modules/.package-lock.json", lock(JSON.parse(JSON.stringify({ ...PACKAGES, ...left })) as Packages));
}

async function run(...args: readonly string[]) {
  const { stdout } = await exec(process.execPath, [join(root, "tools/bootstrap.mjs"), ...args]);
  const calls = join(path.directory, "calls");
  return { ran: stdout.trim(), npm: existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [] };
}

const INSTALL = "ci --no-audit --no-fund --loglevel=error";

describe("an npm script", () => {
  test("installs nothing after 'npm ci', which has left out what is for other systems", async () => {
    installed();
    expect(await run("logs", "--json")).toEqual({ ran: "ran logs --json", npm: [] });
  });

  test("installs what there is not, once", async () => {
    rmSync(installedFile(), { force: true });
    await run("logs");
    expect(await run("logs")).toEqual({ ran: "ran logs", npm: [INSTALL] });
  });

  test.each<[string, Record<string, object | undefined>]>([
    ["is missing", { "node_modules/needed": undefined }],
    ["has another version", { "node_modules/needed": { version: "0.9.0", integrity: "sha512-a" } }],
    ["has other contents", { "node_modules/needed": { version: "1.0.0", integrity: "sha512-other" } }],
    ["is needed no more", { "node_modules/of-yesterday": { version: "1.0.0" } }],
    ["of the workspace is missing", { "node_modules/own": undefined }],
  ])("installs again if a package %s", async (_, change) => {
    installed(change);
    expect(await run("logs")).toEqual({ ran: "ran logs", npm: [INSTALL] });
  });

  test("installs again if what npm keeps cannot be read", async () => {
    write("node_modules/.package-lock.json", "{");
    expect((await run("logs")).npm).toEqual([INSTALL]);
  });

  test("does with an installation for production", async () => {
    installed({ "node_modules/for-tests": undefined });
    expect(await run("logs")).toEqual({ ran: "ran logs", npm: [] });
  });

  test.each(["test", "test-local", "test-faults", "test-cluster", "bench-synth"])(
    "that needs what is for development installs it: %s",
    async (script) => {
      installed({ "node_modules/for-tests": undefined });
      expect(await run(script)).toEqual({ ran: `ran ${script}`, npm: [INSTALL] });
    },
  );
});
