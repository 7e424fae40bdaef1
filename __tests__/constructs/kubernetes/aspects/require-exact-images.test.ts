import { describe, expect, test } from "@jest/globals";
import { Release } from "@cdktf/provider-helm/lib/release";
import { type CustomResource, CustomResources } from "../../../../constructs/kubernetes/custom-resources";
import { refusals } from "../../../support/refusals";

const DIGEST = `sha256:${"a".repeat(64)}`;
const without = (problems: readonly string[]) => problems.map((problem) => problem.replace(/^\[[^\]]*\] /, ""));
const says = (path: string, image: string) =>
  `'${path}': image '${image}' names no exact version: give a tag other than 'latest', or a digest`;

function values(content: object): string[] {
  const text = JSON.stringify({ a: [content] });
  return without(
    refusals((stack) => void new Release(stack, "R", { name: "r", chart: "./chart", values: ["{}", text] })),
  );
}

describe("images in values of a release", () => {
  test.each<[object, string]>([
    [{ image: "web" }, "web"],
    [{ image: "registry.test/web:latest" }, "registry.test/web:latest"],
    [{ image: { repository: "team/web" } }, "team/web"],
    [{ image: { repository: "team/web", tag: "latest" } }, "team/web:latest"],
    [{ image: { repository: "team/web", tag: "", digest: "" } }, "team/web"],
    [{ image: { registry: "registry.test", repository: "team", name: "web" } }, "registry.test/team/web"],
    [{ image: { tag: "latest" } }, "image:latest"],
  ])("%j are refused", (content, image) => {
    expect(values(content)).toEqual([says("values[1].a[0].image", image)]);
  });

  test.each([
    { image: "registry.test:5000/web:1.2" },
    { image: `web@${DIGEST}` },
    { image: { repository: "team/web", tag: "1.2" } },
    { image: { repository: "team/web", tag: 12 } },
    { image: { registry: "registry.test", repository: "team", name: "web", tag: "1.2" } },
    { image: { repository: "team/web", digest: DIGEST } },
    { image: { tag: "1.2" } },
    { image: { pullPolicy: "IfNotPresent" } },
    { image: { registry: "mirror.test" } },
    { image: "" },
    { properties: { image: { type: "string" } } },
  ])("%j are not", (content) => {
    expect(values(content)).toEqual([]);
  });

  test("of custom resources are seen too", () => {
    const object = (image: string) =>
      ({ apiVersion: "v1", kind: "A", metadata: { name: "a" }, spec: { containers: [{ image }] } }) as CustomResource;
    const carried = (image: string) =>
      without(
        refusals(
          (stack, site) => void new CustomResources(stack, "C", site, { name: "c", objects: () => [object(image)] }),
        ),
      );
    expect(carried("web")).toEqual([says("values[0].objects[0].spec.containers[0].image", "web")]);
    expect(carried("web:1")).toEqual([]);
  });
});

describe("a chart", () => {
  const chart = (more: { chart?: string; repository?: string; version?: string }) =>
    without(refusals((stack) => void new Release(stack, "R", { name: "r", chart: "web", ...more })));

  test.each([
    [{ repository: "https://charts.test" }, "web", "none"],
    [{ repository: "https://charts.test", version: "~1.2" }, "web", "~1.2"],
    [{ repository: "https://charts.test", version: ">=1.2.3" }, "web", ">=1.2.3"],
    [{ repository: "https://charts.test", version: "1.x" }, "web", "1.x"],
    [{ repository: "https://charts.test", version: "1.2.3 - 2" }, "web", "1.2.3 - 2"],
    [{ chart: "oci://charts.test/web" }, "oci://charts.test/web", "none"],
  ])("that is fetched has an exact version: %j", (more, name, version) => {
    expect(chart(more)).toEqual([
      `chart '${name}' names no exact version (${version}): state its 'version' as in 1.2.3`,
    ]);
  });

  test.each([
    { repository: "https://charts.test", version: "1.2.3" },
    { repository: "https://charts.test", version: "v1.2.3-rc.1" },
    { chart: "oci://charts.test/web", version: "1.2.3" },
    { chart: "./charts/web" },
  ])("%j has one, or is here", (more) => {
    expect(chart(more)).toEqual([]);
  });
});
