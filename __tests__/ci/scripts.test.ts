import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { exec } from "../../tools/lib/exec";
import { ROOT } from "../../tools/lib/paths";
import { recordDigests } from "../../tools/images/digests";
import { programs, type Programs } from "../support/programs";

let path: Programs;
beforeEach(() => {
  path = programs();
  writeFileSync(inside("called"), "");
});
afterEach(() => path.remove());

const inside = (name: string) => join(path.directory, name);
const called = () => readFileSync(inside("called"), "utf8").split("\n").filter(Boolean);

function run(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return exec(join(ROOT, ".github/scripts", script), args, {
    cwd: path.directory,
    env: { GITHUB_REPOSITORY: "team/logs", HOME: path.directory, ...env },
    allowFailure: true,
  });
}

/** A `gh` that says what it was called with, keeps the last body, and answers questions for a number. */
function gh(number: string): void {
  path.add(
    "gh",
    `case "$*" in
    *--paginate*|"issue list"*) echo "$*" > ${inside("asked")}; echo "${number}" ;;
    *) echo "$*" | sed -E 's#[^ =@]*/tmp\\.[^ ]*#<file>#' >> ${inside("called")}
       for word in "$@"; do case "$word" in body=@*) cp "\${word#body=@}" ${inside("body")} ;; */tmp.*) cp "$word" ${inside("body")} ;; esac; done ;;
    esac`,
  );
}

describe("the comment of a review", () => {
  beforeEach(() => writeFileSync(inside("review.md"), "## dev: no change\n"));
  const comment = () => run("comment.sh", ["7", "log-pipeline-review", "review.md"]);

  test("is written where there is none", async () => {
    gh("");
    expect(await comment()).toMatchObject({ exitCode: 0 });
    expect(called()).toEqual(["api --method POST repos/team/logs/issues/7/comments --field body=@<file> --silent"]);
    expect(readFileSync(inside("body"), "utf8")).toBe("<!-- log-pipeline-review -->\n## dev: no change\n");
  });

  test("is written over where there is one, if a program wrote it", async () => {
    gh("41");
    expect(await comment()).toMatchObject({ exitCode: 0 });
    expect(called()).toEqual(["api --method PATCH repos/team/logs/issues/comments/41 --field body=@<file> --silent"]);
    expect(readFileSync(inside("asked"), "utf8")).toContain(
      '.user.type == "Bot" and (.body | startswith("<!-- log-pipeline-review -->"))',
    );
  });
});

describe("the issue of drift", () => {
  beforeEach(() => writeFileSync(inside("plan.txt"), "1 to change\n"));
  const tell = (isEmpty: boolean) => run("drift-issue.sh", ["staging", String(isEmpty), "plan.txt"]);

  test("is opened where there is none", async () => {
    gh("");
    expect(await tell(false)).toMatchObject({ exitCode: 0 });
    expect(called()).toEqual([
      "label create drift --description An environment is not as main says --force",
      "issue create --title Drift: staging is not as main says --label drift --body-file <file>",
    ]);
    expect(readFileSync(inside("body"), "utf8")).toContain("```text\n1 to change\n");
  });

  test("is brought up to date where there is one", async () => {
    gh("12");
    expect(await tell(false)).toMatchObject({ exitCode: 0 });
    expect(called()).toEqual(["issue edit 12 --body-file <file>"]);
  });

  test("is closed when the plan is empty, and not opened for that", async () => {
    gh("12");
    expect(await tell(true)).toMatchObject({ exitCode: 0 });
    expect(called()).toEqual(["issue close 12 --comment The last plan is empty."]);
    writeFileSync(inside("called"), "");
    gh("");
    expect(await tell(true)).toMatchObject({ exitCode: 0 });
    expect(called()).toEqual([]);
  });

  test("fits into what an issue takes", async () => {
    gh("");
    writeFileSync(inside("plan.txt"), "x".repeat(200_000));
    await tell(false);
    expect(readFileSync(inside("body"), "utf8").length).toBeLessThan(65_536);
  });
});

describe("the login to the cloud", () => {
  const ENV = {
    AWS_ROLE_ARN: "arn:aws:iam::1:role/deploy",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
    ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.test/?a=b",
    GITHUB_RUN_ID: "5",
  };
  beforeEach(() => {
    path.add("curl", "cat > /dev/null; echo '{}'");
    path.add("jq", "cat > /dev/null; echo the-token");
  });
  const login = (env: Readonly<Record<string, string>>) =>
    run("cloud-login.sh", [], { GITHUB_ENV: inside("env"), ...env });

  test("exchanges the token once, hides what it gets from logs, and leaves no token behind", async () => {
    path.add(
      "aws",
      `for word in "$@"; do case "$word" in file://*) cat "\${word#file://}" > ${inside("seen")}; echo "\${word#file://}" > ${inside("called")} ;; esac; done
printf 'ID\\tKEY\\tSESSION\\n'`,
    );
    const { exitCode, stdout, stderr } = await login(ENV);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(readFileSync(inside("seen"), "utf8")).toBe("the-token\n");
    expect(stdout).toBe("::add-mask::ID\n::add-mask::KEY\n::add-mask::SESSION\n");
    expect(readFileSync(inside("env"), "utf8")).toBe(
      "AWS_ACCESS_KEY_ID=ID\nAWS_SECRET_ACCESS_KEY=KEY\nAWS_SESSION_TOKEN=SESSION\n",
    );
    expect(() => readFileSync(called()[0]!)).toThrow(/ENOENT/);
  });

  test("says which role was refused", async () => {
    path.add("aws", "echo AccessDenied >&2; exit 254");
    const { exitCode, stdout } = await login(ENV);
    expect([exitCode, stdout]).toEqual([
      1,
      "::error::role 'arn:aws:iam::1:role/deploy' was not given: does it trust this repository and environment?\n",
    ]);
  });

  test("writes a kubeconfig that nobody else may read, and needs no cloud for it", async () => {
    path.add("aws", "exit 1");
    expect(await login({ KUBECONFIG_TEXT: "kind: Config" })).toMatchObject({ exitCode: 0, stdout: "" });
    expect(readFileSync(inside(".kube/config"), "utf8")).toBe("kind: Config\n");
    expect((await exec("stat", ["-c", "%a", inside(".kube/config")])).stdout).toBe("600\n");
  });
});

describe("the scan of images", () => {
  /** @param finds a shell command: what the scanner does of the image of this name */
  function docker(finds: string): void {
    path.add(
      "docker",
      `echo "$*" | sed -E 's#/[^ ]*/tmp\\.[^ :]*#<file>#' >> ${inside("called")}
case "$*" in
  save*) echo "$4" > ${inside("current")} ;;
  *anchore/syft*) echo '{"spdx": true}' ;;
  *aquasec/trivy*) ${finds} ;;
esac`,
    );
  }
  const digests = (names: readonly string[]) =>
    recordDigests(
      Object.fromEntries(names.map((name) => [`registry.test/team/${name}:1-abc`, "sha256:0123"])),
      inside("digests.json"),
    );
  beforeEach(() => digests(["consumer", "sample-services"]));
  const scan = () => run("scan.sh", ["registry.test/team", "digests.json", "out"], { GITHUB_OUTPUT: inside("output") });

  test("looks at each image as a file, lists what is in it, and says its digest", async () => {
    docker("true");
    expect(await scan()).toMatchObject({ exitCode: 0 });
    expect(called().filter((line) => line.startsWith("save"))).toEqual([
      "save --output <file> registry.test/team/consumer:1-abc@sha256:0123",
      "save --output <file> registry.test/team/sample-services:1-abc@sha256:0123",
    ]);
    for (const line of called().filter((one) => one.startsWith("run"))) {
      expect(line).not.toContain("docker.sock");
      expect(line).toMatch(/ \S+\/(?:trivy|syft):v?\d+\.\d+\.\d+@sha256:[0-9a-f]{64} /);
    }
    expect(called().filter((line) => line.startsWith("pull"))).toHaveLength(2);
    expect(readFileSync(inside("output"), "utf8")).toBe("consumer=sha256:0123\nsample-services=sha256:0123\n");
    expect(readFileSync(inside("out/consumer.spdx.json"), "utf8")).toBe('{"spdx": true}\n');
    expect(readFileSync(inside("out/images.md"), "utf8")).toBe(
      "| image | digest |\n| --- | --- |\n| `registry.test/team/consumer:1-abc` | `sha256:0123` |\n| `registry.test/team/sample-services:1-abc` | `sha256:0123` |\n",
    );
  });

  test("fails for what it finds in one of them, after it has looked at all", async () => {
    docker(`grep -q consumer ${inside("current")} && exit 1 || true`);
    expect(await scan()).toMatchObject({ exitCode: 1 });
    expect(readFileSync(inside("out/sample-services.spdx.json"), "utf8")).toContain("spdx");
  });

  test("does not pass for what is not there", async () => {
    path.add("docker", "true");
    mkdirSync(inside("out"));
    digests(["sample-services"]);
    const { exitCode, stdout } = await scan();
    expect([exitCode, stdout]).toEqual([
      1,
      "::error::digests.json has no registry.test/team/consumer: 'npm run images -- --push registry.test/team' makes it\n",
    ]);
  });
});
