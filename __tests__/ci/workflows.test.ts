import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { allEnvironments } from "../../environments";
import { ROOT } from "../../tools/lib/paths";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly "cancel-in-progress"?: boolean };
  readonly environment?: string;
  readonly needs?: string;
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly "cancel-in-progress"?: boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(ROOT, ".github/workflows");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const WORKFLOWS = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(join(FOLDER, file), "utf8");
  return { file, text, workflow: parse(text) as Workflow };
});
const named = (file: string) => WORKFLOWS.find((one) => one.file === file)!.workflow;
const jobsOf = ({ jobs }: Workflow) => Object.values(jobs);
const stepsOf = (workflow: Workflow) => jobsOf(workflow).flatMap(({ steps = [] }) => steps);
const { scripts } = JSON.parse(read("package.json")) as { scripts: Readonly<Record<string, string>> };
const scriptsIn = (text: string) => [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script]) => script!);

test("there are those that a team needs", () => {
  expect(WORKFLOWS.map(({ file }) => file).sort()).toEqual([
    "deploy-environment.yml",
    "deploy.yml",
    "drift.yml",
    "preview.yml",
    "review.yml",
  ]);
});

describe.each(WORKFLOWS)("$file", ({ file, text, workflow }) => {
  test("uses others' actions at a commit, and says which version that is", () => {
    const used = [...text.matchAll(/uses: (\S+)(.*)/g)].filter(([, action]) => !action!.startsWith("./"));
    for (const [, action, comment] of used) {
      expect([action, comment]).toEqual([
        expect.stringMatching(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/),
        expect.stringMatching(/^ # v\d+\.\d+\.\d+$/),
      ]);
    }
  });

  test("may no more than it needs", () => {
    expect(workflow.permissions["contents"]).toBe("read");
    const writes = [workflow.permissions, ...jobsOf(workflow).map(({ permissions = {} }) => permissions)].flatMap(
      (one) => Object.entries(one).flatMap(([right, level]) => (level === "write" ? [right] : [])),
    );
    expect(writes.filter((right) => !ALLOWED[file]?.includes(right))).toEqual([]);
  });

  test("leaves no token in the checkout", () => {
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    for (const checkout of checkouts) expect(checkout.with).toMatchObject({ "persist-credentials": false });
  });

  test("calls only what there is", () => {
    for (const script of scriptsIn(text)) expect([script, script in scripts]).toEqual([script, true]);
    for (const [path] of text.matchAll(/\.github\/scripts\/[\w-]+\.sh/g))
      expect(existsSync(join(ROOT, path))).toBe(true);
  });

  test("puts nothing that a stranger writes into a shell", () => {
    for (const { run = "" } of stepsOf(workflow)) expect(run).not.toContain("${{");
  });
});

/** What may be written, by workflow. `id-token` is how a cloud is told who this is: it holds no secret. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "review.yml": ["pull-requests"],
  "deploy.yml": ["id-token", "packages"],
  "deploy-environment.yml": ["id-token"],
  "drift.yml": ["id-token", "issues"],
  "preview.yml": ["id-token"],
};

describe("a review", () => {
  const { text, workflow } = WORKFLOWS.find(({ file }) => file === "review.yml")!;

  test("meets no credential: it runs what a stranger may have written", () => {
    expect(Object.keys(workflow.on)).toEqual(["pull_request"]);
    expect(text).not.toContain("secrets.");
    expect(text).not.toContain("id-token");
  });
});

describe("a deploy", () => {
  const { jobs } = named("deploy-environment.yml");

  test("applies the plan that was made before, behind the environment's approval", () => {
    expect(jobs["apply"]).toMatchObject({ needs: "plan", environment: "${{ inputs.environment }}" });
    const deploys = stepsOf(named("deploy-environment.yml")).flatMap(({ run = "" }) =>
      run.includes("npm run deploy") ? [run] : [],
    );
    expect(deploys).toEqual([expect.stringContaining("--plan ")]);
    expect(jobs["plan"]?.steps?.some(({ run = "" }) => run.includes("npm run --silent plan"))).toBe(true);
  });

  test("is never stopped in the middle, and never two at once", () => {
    expect(jobs["apply"]?.concurrency).toMatchObject({ "cancel-in-progress": false });
    for (const file of ["deploy.yml", "drift.yml", "preview.yml"])
      expect(named(file).concurrency).toMatchObject({ "cancel-in-progress": false });
  });

  test("goes environment by environment, each of which there is", () => {
    const calls = Object.values(named("deploy.yml").jobs).filter(({ uses }) => uses);
    const environments = calls.map((job) => job.with?.["environment"]);
    expect(environments).toEqual(["staging", "production"]);
    expect(calls.map(({ needs }) => needs)).toEqual(["images", "staging"]);
    const known = allEnvironments().map(({ name }) => name);
    for (const environment of environments) expect(known).toContain(environment);
    const { strategy } = named("drift.yml").jobs["drift"] as unknown as {
      strategy: { matrix: { environment: string[] } };
    };
    expect(strategy.matrix.environment).toEqual(environments);
  });
});

describe("the example for GitLab", () => {
  const text = read("docs/examples/gitlab-ci.yml");
  const jobs = parse(text) as Readonly<
    Record<string, { stage?: string; script?: string[]; extends?: string; needs?: string[] }>
  >;

  test("calls the same scripts", () => {
    const called = [...new Set(scriptsIn(text))].sort();
    expect(called).toEqual(["deploy", "plan", "review", "synth"]);
    for (const script of called) expect(scripts).toHaveProperty([script]);
  });

  test("deploys what was planned before, one environment after another", () => {
    expect(jobs[".deploy"]?.script?.at(-1)).toContain("--plan plan");
    expect(jobs["deploy staging"]?.needs).toEqual(["plan staging"]);
    expect(jobs["plan production"]?.needs).toEqual(["deploy staging"]);
    expect(jobs["deploy production"]?.needs).toEqual(["plan production"]);
  });
});
