import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ContainerImage } from "../../../constructs/core/container-image";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { NodeFiles } from "../../../constructs/elasticsearch/node-files";
import { type Programs, programs } from "../../support/programs";

const FILES = new NodeFiles("realm", { username: "looker", password: SecretRef.of("looker-secret", "password") });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "node-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("what prepares the configuration", () => {
  const { entrypoint = [], command = [] } = FILES.initContainer(ContainerImage.of("elasticsearch:1"));

  function prepare(): void {
    const script = command
      .join(" ")
      .replaceAll("/usr/share/elasticsearch/config", "IMAGE")
      .replaceAll("/config", "CONFIG");
    const here = script.replaceAll("IMAGE", join(folder, "image")).replaceAll("CONFIG", join(folder, "config"));
    const [shell = "", ...options] = entrypoint;
    // Paths of mounts that end like a configuration's have nothing to do with it.
    execFileSync(shell, [...options, here.replaceAll(`/run${join(folder, "config")}`, "/run/config")]);
  }

  test.each([1, 2])("after %d starts: the image's files, and links in the place of three", (starts) => {
    mkdirSync(join(folder, "image", "jvm.options.d"), { recursive: true });
    mkdirSync(join(folder, "config"));
    for (const name of ["elasticsearch.yml", "users", "users_roles", "roles.yml"]) {
      writeFileSync(join(folder, "image", name), "of the image");
    }
    for (let start = 0; start < starts; start++) prepare();
    expect(readdirSync(join(folder, "config")).sort()).toEqual([
      "elasticsearch.yml",
      "jvm.options.d",
      "roles.yml",
      "users",
      "users_roles",
    ]);
    expect(readFileSync(join(folder, "config", "elasticsearch.yml"), "utf8")).toBe("of the image");
    const links = ["users", "users_roles", "roles.yml"].map((name) => readlinkSync(join(folder, "config", name)));
    expect(links).toEqual([
      "/run/secrets/realm/users",
      "/run/secrets/realm/users_roles",
      "/run/config/elasticsearch-roles/roles.yml",
    ]);
    expect(readFileSync(join(folder, "image", "users"), "utf8")).toBe("of the image");
  });
});

describe("what asks whether the node is ready", () => {
  let stubs: Programs;
  beforeEach(() => {
    stubs = programs();
  });
  afterEach(() => stubs.remove());

  test.each(["simple", "with \" and ' and \\ and $HOME", "with a line feed after it\n"])(
    "sends the password %j as it is, and in no argument",
    (password) => {
      stubs.add("curl", `printf '%s\\n' "$@" > ${folder}/arguments; cat > ${folder}/input`);
      writeFileSync(join(folder, "password"), password);
      const question = FILES.question as { readonly command: readonly string[] };
      const [shell = "", option = "", script = ""] = question.command;
      const file = "/run/secrets/looker-secret/password";
      expect(script).toContain(file);
      const env = { PATH: `${stubs.directory}:/usr/bin:/bin` };
      execFileSync(shell, [option, script.replace(file, join(folder, "password"))], { env });

      const input = readFileSync(join(folder, "input"), "utf8");
      const basic = /^Authorization: Basic ([\w+/=]+)$/.exec(input)?.[1] ?? "";
      expect(Buffer.from(basic, "base64").toString()).toBe(`looker:${password.trimEnd()}`);
      const args = readFileSync(join(folder, "arguments"), "utf8");
      expect(args).toContain("-H\n@-\n");
      for (const secret of [password, basic]) expect(args).not.toContain(secret);
    },
  );
});
