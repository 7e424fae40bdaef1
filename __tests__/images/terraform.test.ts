import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTerraform, renderCliConfiguration } from "../../tools/host/terraform";

describe("findTerraform", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "terraform-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (says: string): string => {
    const path = join(folder, "program");
    writeFileSync(path, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
    return path;
  };

  test.each([
    ["Terraform v1.11.4", "terraform", "1.11.4"],
    ["Terraform v1.5.0", "terraform", "1.5.0"],
    ["OpenTofu v1.10.10", "tofu", "1.10.10"],
    ["OpenTofu v2.0.0", "tofu", "2.0.0"],
  ])("%s", async (says, name, version) => {
    const path = program(says);
    expect(await findTerraform(path)).toEqual({ program: name, path, version });
  });

  test("refuses one that is too old", async () => {
    await expect(findTerraform(program("Terraform v1.4.7"))).rejects.toThrow(/is 1\.4\.7: it must be .* 1\.5 or newer/);
  });

  test("refuses one that is not there", async () => {
    await expect(findTerraform(join(folder, "absent"))).rejects.toThrow(
      /TERRAFORM_BINARY_NAME .*absent.* cannot be run/,
    );
  });
});

test("the CLI configuration sends one provider to the mirror and the rest past it", () => {
  const text = renderCliConfiguration("/home/a ${b}/mirror");
  expect(text).toContain('path    = "/home/a $${b}/mirror"');
  const both = ["registry.terraform.io/kreuzwerker/docker", "registry.opentofu.org/kreuzwerker/docker"];
  const patterns = [...text.matchAll(/(?:include|exclude) = (.*)/g)].map(
    (match) => JSON.parse(match[1] ?? "") as unknown,
  );
  expect(patterns).toEqual([both, both]);
});
