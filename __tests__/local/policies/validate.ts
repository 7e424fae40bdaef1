import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../../contract/index-template";
import { exec } from "../../../tools/lib/exec";
import { inBuilder, workshop } from "../in-builder";

/** Policies by a name that ends with what they are. */
export type Policies = Readonly<Record<`${string}.${"ilm" | "slm"}`, Json>>;

/**
 * What Elasticsearch's own classes say of each policy: `ok`, or what is wrong. They are those of the image that is deployed, and
 * run in the builder, which has a compiler.
 */
export async function validatePolicies(
  policies: Policies,
  env: NodeJS.ProcessEnv,
): Promise<Readonly<Record<string, string>>> {
  const sources = mkdtempSync(join(tmpdir(), "policies-"));
  try {
    mkdirSync(join(sources, "in"));
    cpSync(join(__dirname, "ValidatePolicies.java"), join(sources, "ValidatePolicies.java"));
    for (const [name, body] of Object.entries(policies))
      writeFileSync(join(sources, "in", `${name}.json`), JSON.stringify(body));
    const image = await workshop(env).image("elasticsearch", () => undefined);
    await copyFrom(image, HOME, ["lib", "modules/x-pack-core"], sources);
    const lines = await inBuilder("policies", SCRIPT, sources, env);
    return Object.fromEntries(
      lines.flatMap((line) => {
        const [, name = "", outcome = ""] = /^policy (.*)\.json: (.*)$/.exec(line) ?? [];
        return name === "" ? [] : [[name, outcome]];
      }),
    );
  } finally {
    rmSync(sources, { recursive: true, force: true });
  }
}

const HOME = "/usr/share/elasticsearch";

const SCRIPT = `mkdir -p /tmp/classes
javac -nowarn -proc:none -cp '/src/lib/*:/src/x-pack-core/*' -d /tmp/classes /src/ValidatePolicies.java
java -cp '/tmp/classes:/src/lib/*:/src/x-pack-core/*' ValidatePolicies /src/in
`;

async function copyFrom(image: string, home: string, folders: readonly string[], into: string): Promise<void> {
  const container = (await exec("docker", ["create", image])).stdout.trim();
  try {
    for (const folder of folders) await exec("docker", ["cp", "--quiet", `${container}:${home}/${folder}`, into]);
  } finally {
    await exec("docker", ["rm", container]);
  }
}
