import { describe, expect, test } from "@jest/globals";
import { UserError } from "../../tools/lib/user-error";
import { chooseSource, type Probe } from "../../tools/host/source";

const never: Probe = () => Promise.reject(new Error("probed"));

describe("chooseSource", () => {
  test.each(["registry", "packages"] as const)("takes %s at its word, without a probe", async (source) => {
    expect(await chooseSource(source, never)).toEqual({ source, reason: "as asked" });
  });

  test("auto takes the registries if all of them answer", async () => {
    const probed: string[] = [];
    const chosen = await chooseSource("auto", (url) => Promise.resolve(probed.push(new URL(url).host) > 0));
    expect(chosen).toEqual({
      source: "registry",
      reason: "Docker Hub, Elastic's registry and the Terraform registry answer",
    });
    expect(probed.sort()).toEqual(["docker.elastic.co", "registry-1.docker.io", "registry.terraform.io"]);
  });

  test("auto builds from packages if one does not, and says which", async () => {
    const chosen = await chooseSource("auto", (url) => Promise.resolve(!url.includes("elastic")));
    expect(chosen.source).toBe("packages");
    expect(chosen.reason).toBe(
      "Elastic's registry does not answer from here: everything is built from package registries",
    );
  });

  test("auto names all that do not", async () => {
    const chosen = await chooseSource("auto", () => Promise.resolve(false));
    expect(chosen.reason).toMatch(/^Docker Hub, Elastic's registry and the Terraform registry do not answer/);
  });

  test("refuses another word with the valid ones", async () => {
    const refusal = chooseSource("dockerhub", never);
    await expect(refusal).rejects.toBeInstanceOf(UserError);
    await expect(refusal).rejects.toThrow(
      "'dockerhub' is no source of images: it must be one of 'auto', 'registry', 'packages'",
    );
  });
});
