import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../../contract/index-template";
import { runBuilder } from "../../../tools/images/builder";
import { Workshop } from "../../../tools/images/workshop";
import { exec } from "../../../tools/lib/exec";
import type { LocalSettings } from "../../../tools/lib/local-settings";
import { cacheDir, LOCAL_DIR, ROOT } from "../../../tools/lib/paths";

/** Policies by a name that ends with what they are. */
export type Policies = Readonly<Record<`${string}.${"ilm" | "slm"}`, Json>>;

/**
 * What Elasticsearch's own classes say of each policy: `ok`, or what is wrong. They are those of the image that is deployed, and
 * run in the builder, which has a compiler.
 */
export async function validatePolicies(
  policies: Policies,
  source: LocalSettings["imageSource"],
  env: NodeJS.ProcessEnv,
): Promise<Readonly<Record<string, string>>> {
  const folder = mkdtempSync(join(tmpdir(), "policies-"));
  try {
    const cache = cacheDir(env);
    const workshop = new Workshop({ source, root: ROOT, cacheDir: cache, logDir: join(LOCAL_DIR, "logs"), env });
    const [builder, image] = [
      await workshop.builder(() => undefined),
      await workshop.image("elasticsearch", () => undefined),
    ];
    const sources = join(folder, "sources");
    mkdirSync(join(sources, "in"), { recursive: true });
    cpSync(join(__dirname, "ValidatePolicies.java"), join(sources, "ValidatePolicies.java"));
    for (const [name, body] of Object.entries(policies))
      writeFileSync(join(sources, "in", `${name}.json`), JSON.stringify(body));
    await copyFrom(image, HOME, ["lib", "modules/x-pack-core"], sources);
    writeFileSync(join(folder, "build.sh"), BUILD);
    const lines: string[] = [];
    await runBuilder(
      {
        image: builder,
        name: `log-pipeline-policies-${process.pid}`,
        recipe: folder,
        sources,
        out: folder,
        cacheDir: cache,
        env,
      },
      { onLine: (line) => lines.push(line) },
    );
    return Object.fromEntries(
      lines.flatMap((line) => {
        const [, name = "", outcome = ""] = /^policy (.*)\.json: (.*)$/.exec(line) ?? [];
        return name === "" ? [] : [[name, outcome]];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HOME = "/usr/share/elasticsearch";

const BUILD = `set -euo pipefail
mkdir -p /tmp/classes
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
