import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { findEngine } from "../../../tools/host/docker-engine";
import { findTerraform } from "../../../tools/host/terraform";
import { UserError } from "../../../tools/lib/user-error";
import { programs, type Programs } from "../../support/programs";

// What a user names for Terraform, and the configuration for it, is tested in __tests__/images.

let bin: Programs;
beforeEach(() => {
  bin = programs();
});
afterEach(() => bin.remove());

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
  const engine = { version: "29.1", memory: 5, dataDirectory: "/data", dockerHost: "tcp://there:1" };
  expect(await findEngine()).toEqual(engine);
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
