import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { allEnvironments, environmentsNamed, PREVIEWED_ENVIRONMENT } from "../../environments";
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
  readonly env?: Readonly<Record<string, string>>;
  readonly if?: string | boolean;
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix: { readonly environment: readonly string[] } };
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly "cancel-in-progress"?: boolean };
  readonly defaults?: { readonly run?: { readonly shell?: string } };
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

/** Options of each command, as `tools/cli.ts` declares them. */
const OPTIONS = new Map(
  read("tools/cli.ts")
    .split(/\.command\("/)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('"')), [...text.matchAll(/"(--[\w-]+)/g)].map(([, option]) => option!)]),
);
/** Options that a text gives to scripts of this repository and that they do not have. */
const unknownOptions = (text: string) =>
  [...text.matchAll(/npm run (?:--silent )?([\w:-]+) -- (.*)/g)].flatMap(([, script, given]) => {
    const command = scripts[script!]?.split(" ").at(-1) ?? "";
    const asked = given!.match(/(?<=\s|^)--[a-z][\w-]*/g) ?? [];
    return asked.flatMap((option) => (OPTIONS.get(command)?.includes(option) ? [] : [`${script} ${option}`]));
  });

test("there are those that a team needs", () => {
  expect(WORKFLOWS.map(({ file }) => file).sort()).toEqual([
    "deploy-environment.yml",
    "deploy.yml",
    "drift.yml",
    "images.yml",
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
    for (const { permissions = {} } of [workflow, ...jobsOf(workflow)]) {
      expect(["none", "read", undefined]).toContain(permissions["contents"]);
      expect(Object.values(permissions).every((level) => ["none", "read", "write"].includes(level))).toBe(true);
    }
    const writes = [workflow.permissions, ...jobsOf(workflow).map(({ permissions = {} }) => permissions)].flatMap(
      (one) => Object.entries(one).flatMap(([right, level]) => (level === "write" ? [right] : [])),
    );
    expect(writes.filter((right) => !ALLOWED[file]?.includes(right))).toEqual([]);
  });

  test("leaves no token in the checkout", () => {
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    for (const checkout of checkouts) expect(checkout.with).toMatchObject({ "persist-credentials": false });
  });

  test("ends a pipe of commands when any of them fails: GitHub's own shell looks at the last one only", () => {
    expect(workflow.defaults?.run?.shell).toBe("bash");
  });

  test("holds no secret: clouds are logged in to by who this is", () => {
    expect(text).not.toMatch(/secrets\s*[.[:]/);
  });

  test("leaves nothing in the checkout that no commit has: a plan of that is refused where data is kept", () => {
    for (const { run = "" } of stepsOf(workflow)) {
      const written = [...run.matchAll(/(?: >>?|--out|\btee) +(\S+)/g)].map(([, path]) => path!);
      expect(written.filter((path) => !/^"\$(RUNNER_TEMP\/|GITHUB_)/.test(path))).toEqual([]);
    }
  });

  test("gives workflows that it calls what they take", () => {
    for (const { uses = "", with: given = {} } of jobsOf(workflow)) {
      if (!uses.startsWith("./")) continue;
      const { on } = named(uses.replace("./.github/workflows/", ""));
      const call = on["workflow_call"] as { inputs?: Record<string, { required?: boolean }> } | null;
      const inputs = call?.inputs ?? {};
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      const required = Object.keys(inputs).filter((name) => inputs[name]?.required);
      expect(Object.keys(given)).toEqual(expect.arrayContaining(required));
    }
  });

  test("calls only what there is", () => {
    for (const script of scriptsIn(text)) expect([script, script in scripts]).toEqual([script, true]);
    expect(unknownOptions(text)).toEqual([]);
    for (const [path] of text.matchAll(/\.github\/scripts\/[\w-]+\.sh/g))
      expect(existsSync(join(ROOT, path))).toBe(true);
  });

  test("puts nothing that a stranger writes into a shell", () => {
    for (const { run = "" } of stepsOf(workflow)) expect(run).not.toContain("${{");
  });
});

/** What may be written, by workflow. `id-token` is how a cloud is told who this is: it holds no secret. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "images.yml": ["packages", "id-token", "attestations"],
  "review.yml": ["pull-requests"],
  "deploy.yml": ["id-token", "packages", "attestations"],
  "deploy-environment.yml": ["id-token"],
  "drift.yml": ["id-token", "issues"],
  "preview.yml": ["id-token", "packages", "attestations"],
};

describe("a review", () => {
  const { text, workflow } = WORKFLOWS.find(({ file }) => file === "review.yml")!;
  const { jobs } = workflow;

  test("meets no credential: it runs what a stranger may have written", () => {
    expect(Object.keys(workflow.on)).toEqual(["pull_request"]);
    expect(text).not.toContain("id-token");
  });

  test("writes only where nothing of the pull request is run", () => {
    const writing = Object.entries(jobs).filter(([, { permissions = {} }]) =>
      Object.values(permissions).includes("write"),
    );
    expect(writing.map(([name]) => name)).toEqual(["comment"]);
    const [checkout] = jobs["comment"]!.steps!;
    expect(checkout?.with).toMatchObject({ ref: "${{ github.event.pull_request.base.sha }}" });
    expect(JSON.stringify(jobs["comment"])).not.toMatch(/npm|node /);
  });

  test("writes no comment for a fork, whose token may not", () => {
    expect(jobs["comment"]?.if).toBe("github.event.pull_request.head.repo.full_name == github.repository");
  });
});

test("no workflow runs a pull request's code with the rights of the base branch", () => {
  for (const { file, workflow } of WORKFLOWS)
    expect([file, Object.keys(workflow.on)]).not.toEqual([file, expect.arrayContaining(["pull_request_target"])]);
});

describe("the digests that a registry has", () => {
  const texts = (file: string) =>
    stepsOf(named(file)).map(({ uses = "", run = "", with: given = {} }) => `${uses} ${run} ${JSON.stringify(given)}`);
  const place = (file: string, what: string) => texts(file).findIndex((text) => text.includes(what));

  test("are handed on by whoever pushes", () => {
    expect(texts("images.yml")[place("images.yml", '"name":"image-digests"')]).toContain('"include-hidden-files":true');
    for (const name of ["consumer", "sample-services"])
      expect(texts("images.yml").join("\n")).toContain(`"subject-digest":"\${{ steps.scan.outputs.${name} }}"`);
  });

  test.each([
    ["deploy-environment.yml", '"name":"image-digests","path":".local"', "npm run --silent plan"],
    ["preview.yml", '"name":"image-digests","path":".local"', "npm run plan"],
    ["drift.yml", "--resolve", "npm run --silent plan"],
  ])("are there before %s plans", (file, digests, plan) => {
    expect(place(file, digests)).toBeGreaterThan(-1);
    expect(place(file, plan)).toBeGreaterThan(place(file, digests));
  });
});

describe("a deploy", () => {
  const { jobs } = named("deploy-environment.yml");

  test("applies the plan that was made before, behind the environment's approval", () => {
    expect(jobs["apply"]).toMatchObject({ needs: "plan", environment: "${{ inputs.environment }}" });
    const deploys = stepsOf(named("deploy-environment.yml")).flatMap(({ run = "" }) =>
      run.includes("npm run --silent deploy") ? [run] : [],
    );
    expect(deploys).toEqual([expect.stringContaining('--plan "$RUNNER_TEMP/plan" --yes')]);
    expect(jobs["plan"]?.environment).not.toBe(jobs["apply"]?.environment);
    expect(jobs["plan"]?.steps?.some(({ run = "" }) => run.includes("npm run --silent plan"))).toBe(true);
  });

  test("is never stopped in the middle, and never two at once", () => {
    expect(jobs["apply"]?.concurrency).toMatchObject({ "cancel-in-progress": false });
    for (const file of ["deploy.yml", "drift.yml", "preview.yml"])
      expect([file, named(file).concurrency]).toEqual([
        file,
        { group: expect.anything(), "cancel-in-progress": false },
      ]);
  });

  const calls = Object.entries(named("deploy.yml").jobs).filter(([, { with: given }]) => given?.["environment"]);
  const environments = calls.map(([, job]) => job.with?.["environment"]);

  test("goes environment by environment, and waits for the one before", () => {
    expect(environments).toEqual(["dev", "staging", "production"]);
    expect(calls.map(([name, { needs }]) => [name, needs])).toEqual([
      ["dev", "images"],
      ["staging", ["images", "dev"]],
      ["production", "staging"],
    ]);
    const conditions = Object.fromEntries(calls.map(([name, job]) => [name, job.if]));
    expect(conditions["staging"]).toContain("needs.images.result == 'success'");
    expect(conditions["staging"]).toContain("(needs.dev.result == 'success' || needs.dev.result == 'skipped')");
    expect(conditions["production"]).toContain("needs.staging.result == 'success'");
    for (const condition of Object.values(conditions)) expect(condition).not.toMatch(/always|failure/);
  });

  test("knows every environment, and proves each that can be proven", () => {
    const known = new Map(allEnvironments().map((environment) => [environment.name, environment]));
    for (const [name, job] of calls)
      expect([name, job.with?.["verify"] ?? false]).toEqual([name, known.get(name)?.sampleServices !== undefined]);
  });

  test("tells at its end what is where", () => {
    expect(named("deploy.yml").jobs["where"]).toMatchObject({ needs: environments, if: "always()", permissions: {} });
  });

  test("is watched by night where data is kept", () => {
    const kept = allEnvironments().flatMap(({ name, platform }) =>
      platform.kind === "kubernetes" && platform.claims.whenDestroyed === "keep" ? [name] : [],
    );
    expect(named("drift.yml").jobs["drift"]?.strategy?.matrix.environment).toEqual(kept);
  });
});

describe("a preview", () => {
  const { workflow } = WORKFLOWS.find(({ file }) => file === "preview.yml")!;
  const [images, deploy, destroy] = ["images", "deploy", "destroy"].map((name) => workflow.jobs[name]!);

  test("meets no code of a fork", () => {
    const own = "github.event.pull_request.head.repo.full_name == github.repository";
    expect([images?.if, destroy?.if]).toEqual([expect.stringContaining(own), expect.stringContaining(own)]);
    expect(deploy?.needs).toBe("images");
  });

  test("goes when the pull request does, and when the label does", () => {
    const { types } = workflow.on["pull_request"] as { types: string[] };
    expect(types).toEqual(expect.arrayContaining(["labeled", "unlabeled", "closed"]));
    expect(destroy?.if).toContain("github.event.action == 'closed'");
    expect(destroy?.if).toContain("github.event.action == 'unlabeled' && github.event.label.name == 'preview'");
    expect(stepsOf(workflow).at(-1)?.run).toBe("npm run destroy -- dev --yes");
  });

  test("is an environment that a suffix makes one of", () => {
    expect(PREVIEWED_ENVIRONMENT).toBe("dev");
    expect(environmentsNamed(["dev"], "pr-42").map(({ name }) => name)).toEqual(["dev-pr-42"]);
  });
});

describe("the example for GitLab", () => {
  const text = read("docs/examples/gitlab-ci.yml");
  const jobs = parse(text) as Readonly<
    Record<
      string,
      {
        readonly stage?: string;
        readonly script?: readonly string[];
        readonly before_script?: readonly string[];
        readonly extends?: string;
        readonly needs?: readonly string[];
        readonly variables?: Readonly<Record<string, string>>;
        readonly parallel?: { readonly matrix: readonly { readonly ENVIRONMENT: readonly string[] }[] };
      }
    >
  >;

  test("calls the same scripts", () => {
    const called = [...new Set(scriptsIn(text))].sort();
    expect(called).toEqual(["deploy", "images", "plan", "review", "synth", "verify"]);
    for (const script of called) expect(scripts).toHaveProperty([script]);
    expect(unknownOptions(text)).toEqual([]);
    for (const [path] of text.matchAll(/\.github\/scripts\/[\w-]+\.sh/g))
      expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
  });

  test("deploys what was planned before, one environment after another", () => {
    expect(jobs[".deploy"]?.script).toContainEqual('npm run deploy -- "$ENVIRONMENT" --plan plan --yes');
    expect(jobs["deploy staging"]?.needs).toEqual(["plan staging"]);
    expect(jobs["plan production"]?.needs).toEqual(["images", "deploy staging"]);
    expect(jobs["plan staging"]?.needs).toEqual(["images"]);
    expect(jobs["images"]?.script).toContainEqual(expect.stringContaining("--push"));
    // The job's image has Node.js and no Docker.
    expect(jobs["images"]).toMatchObject({ services: [expect.stringMatching(/^docker:\d+-dind$/)] });
    expect(jobs["images"]?.before_script).toContainEqual(expect.stringContaining("docker.io"));
    expect(jobs["deploy production"]?.needs).toEqual(["plan production"]);
  });

  test("names environments that there are, and proves each that can be proven", () => {
    const known = new Map(allEnvironments().map((environment) => [environment.name, environment]));
    for (const [job, { variables = {} }] of Object.entries(jobs)) {
      const name = variables["ENVIRONMENT"];
      if (job.startsWith("deploy ")) {
        const proven = known.get(name ?? "")?.sampleServices !== undefined;
        expect([job, variables["VERIFY"] ?? "false"]).toEqual([job, String(proven)]);
      }
      if (name !== undefined) expect(known.has(name)).toBe(true);
    }
    expect(jobs["drift"]?.parallel?.matrix).toEqual([{ ENVIRONMENT: ["staging", "production"] }]);
  });
});

describe("docs/ci.md", () => {
  const document = read("docs/ci.md");

  test("tells of every workflow", () => {
    for (const { file } of WORKFLOWS) expect(document).toContain(`\`${file}\``);
  });

  test("tells of everything that is to be set in GitHub, and of nothing else", () => {
    const used = WORKFLOWS.flatMap(({ text }) => [...text.matchAll(/\bvars\.(\w+)/g)].map(([, name]) => name!));
    const told = [...document.matchAll(/^ *\| `([A-Z_]+)` \|/gm)].map(([, name]) => name!);
    expect([...new Set(told)].sort()).toEqual([...new Set(used)].sort());
  });

  test("calls only what there is", () => {
    for (const script of scriptsIn(document)) expect([script, script in scripts]).toEqual([script, true]);
    expect(unknownOptions(document.replaceAll("`", "\n"))).toEqual([]);
  });
});
