import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { exec } from "../../tools/lib/exec";
import { ROOT } from "../../tools/lib/paths";

const directory = mkdtempSync(join(tmpdir(), "cdktn-"));
afterAll(() => rmSync(directory, { recursive: true }));

/**
 * Everything that main.ts synthesizes, by file. It is bundled as `tools/synth.cjs` does it: all that asks for `cdktf`, the
 * providers' packages included, gets the given package.
 */
async function synthesizedBy(library: "cdktf" | "cdktn"): Promise<ReadonlyMap<string, string>> {
  const [outfile, outdir] = [join(directory, `${library}.cjs`), join(directory, library)];
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    keepNames: true,
    metafile: true,
    logLevel: "error",
    alias: { cdktf: library },
  });
  const libraries = Object.keys(metafile.inputs).map((file) => /^node_modules\/(cdkt[fn])\//.exec(file)?.[1]);
  expect([...new Set(libraries)].filter(Boolean)).toEqual([library]);
  await exec(process.execPath, [outfile], { cwd: ROOT, env: { CDKTF_OUTDIR: outdir, IMAGE_SOURCE: "registry" } });
  const stacks = join(outdir, "stacks");
  return new Map(readdirSync(stacks).map((stack) => [stack, readFileSync(join(stacks, stack, "cdk.tf.json"), "utf8")]));
}

/** The library says its own version among a stack's metadata, and prints what is empty on one line or on two. */
function withoutTheLibrarysHand(text: string): string {
  const { "//": comment } = JSON.parse(text) as { "//": { metadata: { version: string } } };
  return text
    .replace(`"version": "${comment.metadata.version}"`, `"version": ""`)
    .replaceAll(/([[{])\s+([\]}])/g, "$1$2");
}

test("CDK Terrain synthesizes every stack to the same bytes: changing to it is a change of a package's name", async () => {
  const [now, then] = await Promise.all([synthesizedBy("cdktf"), synthesizedBy("cdktn")]);
  expect([...then.keys()]).toEqual([...now.keys()]);
  expect(now.size).toBeGreaterThan(4);
  for (const [stack, text] of now) {
    expect([stack, withoutTheLibrarysHand(then.get(stack) ?? "")]).toEqual([stack, withoutTheLibrarysHand(text)]);
  }
});
