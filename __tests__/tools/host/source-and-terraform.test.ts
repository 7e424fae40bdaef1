import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { findEngine } from "../../../tools/host/docker-engine";
import { chooseSource } from "../../../tools/host/source";
import { findTerraform, renderCliConfiguration } from "../../../tools/host/terraform";
import { UserError } from "../../../tools/lib/user-error";
import { programs, type Programs } from "../../support/programs";

describe("chooseSource", () => {
  const asked: string[] = [];
  const only =
    (...words: string[]) =>
    (url: string) => {
      asked.push(url);
      return Promise.resolve(words.some((word) => url.includes(word)));
    };
  beforeEach(() => void asked.splice(0));

  test.each(["registry", "packages"])("%s as asked, without a look at the network", async (source) => {
    expect(await chooseSource(source, only())).toEqual({ source, reason: "as asked" });
    expect(asked).toEqual([]);
  });

  test("auto is the registry where all of them answer", async () => {
    expect(await chooseSource("auto", only("docker", "terraform"))).toEqual({
      source: "registry",
      reason: "Docker Hub, Elastic's registry and the Terraform registry answer",
    });
    expect(asked).toHaveLength(3);
  });

  test.each([
    [["docker"], "the Terraform registry does not answer from here: everything is built from package registries"],
    [
      ["docker.io"],
      "Elastic's registry and the Terraform registry do not answer from here: everything is built from package registries",
    ],
    [
      [],
      "Docker Hub, Elastic's registry and the Terraform registry do not answer from here: everything is built from package registries",
    ],
  ])("auto is packages where only %j answer, and says what does not", async (words, reason) => {
    expect(await chooseSource("auto", only(...words))).toEqual({ source: "packages", reason });
  });

  test.each(["", "Registry", "none"])("%j is no source", async (word) => {
    await expect(chooseSource(word, only())).rejects.toThrow(
      new UserError(`'${word}' is no source of images: it must be one of 'auto', 'registry', 'packages'`),
    );
  });
});

describe("programs on this machine", () => {
  let bin: Programs;
  beforeEach(() => {
    bin = programs();
  });
  afterEach(() => bin.remove());

  test.each([
    ["Terraform", "Terraform v1.5.0", { program: "terraform", version: "1.5.0" }],
    ["a newer Terraform", "Terraform v2.0.1\non linux_amd64", { program: "terraform", version: "2.0.1" }],
    ["OpenTofu under any name", "OpenTofu v1.10.10", { program: "tofu", version: "1.10.10" }],
  ])("%s is found where the user names it", async (_, said, expected) => {
    const path = bin.add("own", `echo '${said}'`);
    expect(await findTerraform(path)).toEqual({ ...expected, path });
  });

  test.each([
    ["too old", "echo 'Terraform v1.4.9'", "is 1.4.9"],
    ["another program", "echo hello", "cannot be run"],
    ["broken", "exit 3", "cannot be run"],
  ])("what the user names is refused if it is %s", async (_, script, problem) => {
    const path = bin.add("own", script);
    await expect(findTerraform(path)).rejects.toThrow(
      new UserError(
        `TERRAFORM_BINARY_NAME ('${path}') ${problem}: it must be Terraform or OpenTofu 1.5 or newer; unset it to have one found or built`,
      ),
    );
  });

  test("without a choice, an old Terraform is passed over for OpenTofu", async () => {
    bin.add("terraform", "echo 'Terraform v1.4.9'");
    bin.add("tofu", "echo 'OpenTofu v1.10.0'");
    expect(await findTerraform()).toEqual({ program: "tofu", path: "tofu", version: "1.10.0" });
    bin.add("tofu", "echo 'OpenTofu v1.4.0'");
    expect(await findTerraform()).toBeUndefined();
  });

  test("the Engine is the one of Docker's context", async () => {
    const info = { ServerVersion: "29.1", MemTotal: 5, DockerRootDir: "/data" };
    bin.add("docker", `case $1 in info) echo '${JSON.stringify(info)}' ;; context) echo tcp://there:1 ;; esac`);
    expect(await findEngine()).toEqual({
      version: "29.1",
      memory: 5,
      dataDirectory: "/data",
      dockerHost: "tcp://there:1",
    });
  });

  test("an Engine that does not answer is none; one that may not be used is told", async () => {
    bin.add("docker", `echo '{"ServerVersion":""}'; echo 'Cannot connect' >&2; exit 1`);
    expect(await findEngine()).toBeUndefined();
    bin.add("docker", "echo 'permission denied while trying to connect' >&2; exit 1");
    await expect(findEngine()).rejects.toThrow(
      new UserError(
        "a Docker Engine runs, but this user may not use it: run 'sudo usermod -aG docker \"$USER\"', log in again and repeat",
      ),
    );
  });
});

const DOCKER_PROVIDER = '["registry.terraform.io/kreuzwerker/docker","registry.opentofu.org/kreuzwerker/docker"]';

test("Terraform's configuration: a folder for the Docker provider, no template in its path, the rest from elsewhere", () => {
  expect(renderCliConfiguration('/cache/${HOME}/%{x}/"q"')).toBe(
    [
      "provider_installation {",
      "  filesystem_mirror {",
      '    path    = "/cache/$${HOME}/%%{x}/\\"q\\""',
      `    include = ${DOCKER_PROVIDER}`,
      "  }",
      "  direct {",
      `    exclude = ${DOCKER_PROVIDER}`,
      "  }",
      "}",
      "",
    ].join("\n"),
  );
});
