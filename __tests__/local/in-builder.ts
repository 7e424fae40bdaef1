import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runBuilder } from "../../tools/images/builder";
import { Workshop } from "../../tools/images/workshop";
import { readLocalSettings } from "../../tools/lib/local-settings";
import { cacheDir, LOCAL_DIR, ROOT } from "../../tools/lib/paths";

/** What a test of the local environment builds with. */
export function workshop(env: NodeJS.ProcessEnv): Workshop {
  const source = readLocalSettings()?.imageSource ?? "packages";
  return new Workshop({ source, root: ROOT, cacheDir: cacheDir(env), logDir: join(LOCAL_DIR, "logs"), env });
}

/**
 * Runs a script with the toolchains that images are built with. @returns what it printed, line by line
 *
 * @param sources a folder that it sees as /src
 */
export async function inBuilder(
  name: string,
  script: string,
  sources: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  try {
    writeFileSync(join(folder, "build.sh"), `set -euo pipefail\n${script}`);
    const image = await workshop(env).builder(() => undefined);
    const lines: string[] = [];
    await runBuilder(
      {
        image,
        name: `log-pipeline-${name}-${process.pid}`,
        recipe: folder,
        sources,
        out: folder,
        cacheDir: cacheDir(env),
        env,
      },
      { onLine: (line) => lines.push(line) },
    );
    return lines;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
