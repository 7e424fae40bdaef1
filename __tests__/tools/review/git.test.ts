import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ROOT } from "../../../tools/lib/paths";

// A repository of its own with the sources as they are here: whatever history and whatever uncommitted work this one has.
const directory = mkdtempSync(join(tmpdir(), "review-git-"));
const root = join(directory, "checkout");
afterAll(() => rmSync(directory, { recursive: true }));

const NOT_SOURCES = new Set(["node_modules", ".git", ".local", "dist", "cdktf.out", "coverage"]);

beforeAll(() => {
  cpSync(ROOT, root, { recursive: true, filter: (path) => path === ROOT || !NOT_SOURCES.has(basename(path)) });
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  git("init", "--quiet", "--initial-branch=main");
  appendFileSync(join(root, ".git", "info", "exclude"), "node_modules\n");
  commit("Begin");
});

test("comments, another order of facts, other names of variables and another format are no change", () => {
  edit("environments/production.ts", (text) =>
    text
      .replace("  kafka: {\n    brokers: 3,", "  // How many, and how large.\n  kafka: {\n    brokers: 3,")
      .replace(/( {2}kibana: .*\n)( {2}filebeat: .*\n)/, "$2$1"),
  );
  edit("constructs/consumer/job.ts", (text) => renameLocal(text));
  const formatted = "environments/staging.ts";
  const before = read(formatted);
  const prettier = join(ROOT, "node_modules/prettier/bin/prettier.cjs");
  spawnSync(process.execPath, [prettier, "--print-width", "60", "--use-tabs", "--write", join(root, formatted)]);
  expect(read(formatted)).not.toBe(before);

  const { status, stdout } = review("--base", "HEAD");
  expect(rows(stdout)).toEqual(["dev", "local", "production", "staging"].map((name) => `${name} | no change | none`));
  expect(status).toBe(0);
});

test("a danger that is committed is found between two commits, with the same bytes each time", () => {
  commit("Harmless");
  edit("environments/production.ts", (text) =>
    text
      .replace("deleteAfter: Duration.days(14)", "deleteAfter: Duration.days(13)")
      .replace("delete: Duration.days(15)", "delete: Duration.days(14)")
      .replace("warm: Duration.days(11)", "warm: Duration.days(10)"),
  );
  commit("Shorter");
  const first = review("--base", "HEAD~1", "--head", "HEAD", "--environment", "production");
  expect(first.stderr).toBe("");
  expect(first.stdout).toContain(
    "**danger** lifecycle policy `logs-app`: how long lines are kept: 14 days to 15 days → 13 days to 14 days",
  );
  expect(first.status).toBe(4);
  expect(review("--base", "HEAD~1", "--head", "HEAD", "--environment", "production").stdout).toBe(first.stdout);
  expect(review("--base", "HEAD~1", "--fail-on", "never").status).toBe(0);
  // And nothing is left of how it was found.
  expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
  expect(readdirSync(join(root, ".local", "review")).filter((name) => name.startsWith("out-"))).toEqual([]);
});

test("what cannot be deployed is told with the words of its own code", () => {
  edit("environments/production.ts", (text) => text.replace("partitions: 12", "partitions: 2"));
  const { status, stdout, stderr } = review("--base", "HEAD");
  expect(stderr).toContain("the working tree cannot be synthesized, so nobody can say what it would change:");
  expect(stderr).toContain(
    "environment 'production': 'consumer.replicas' (4) must be at most 'kafka.logs.partitions' (2)",
  );
  expect(stderr).not.toMatch(/^ +at /m);
  expect([status, stdout]).toEqual([1, ""]);
});

test.each([
  [["--base", "no-such-branch"], /git knows no commit 'no-such-branch' here/],
  [["--base", "HEAD", "--head", "HEAD", "--environment", "moon"], /neither revision has an environment 'moon'/],
  [["--base", "HEAD", "--format", "pdf"], /Allowed choices are markdown, terminal, json/],
  [[], /say what to compare with, as in 'npm run review -- --base origin\/main'/],
])("review %j is a wrong command line", (options, message) => {
  const { status, stderr } = review(...options);
  expect(stderr).toMatch(message);
  expect(status).toBe(2);
});

test("JSON has the same, for programs", () => {
  const { stdout } = review("--base", "HEAD~1", "--head", "HEAD", "--format", "json");
  expect(JSON.parse(stdout)).toMatchObject({
    environments: [
      { headline: "no change" },
      { headline: "no change" },
      { headline: "1 changed" },
      { headline: "no change" },
    ],
  });
});

function renameLocal(text: string): string {
  const name = /\bconst (\w+) = /.exec(text)?.[1];
  if (name === undefined) throw new Error("there is no local variable to rename");
  return text.replaceAll(new RegExp(`(?<![.\\w/-])${name}(?!\\w|:)`, "g"), `${name}ByAnotherName`);
}

function review(...options: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", join(ROOT, "node_modules/tsx/dist/loader.mjs"), join(root, "tools/cli.ts"), "review", ...options],
    { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 },
  );
  return { status, stdout, stderr };
}

/** The overview's rows. */
function rows(markdown: string): string[] {
  return [...markdown.matchAll(/^\| (.+) \|$/gm)].map(([, row = ""]) => row).slice(2);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function edit(path: string, change: (text: string) => string): void {
  if (!existsSync(join(root, path))) throw new Error(`there is no ${path}`);
  const before = read(path);
  const after = change(before);
  if (after === before) throw new Error(`nothing of ${path} was changed`);
  writeFileSync(join(root, path), after);
}

function commit(message: string): void {
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
}

function git(...args: readonly string[]): string {
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  const { status, stdout, stderr } = spawnSync("git", ["-C", root, ...author, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout;
}
