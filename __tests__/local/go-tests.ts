import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalSettings } from "../../tools/lib/local-settings";
import { runBuilder } from "../../tools/images/builder";
import { Workshop } from "../../tools/images/workshop";
import { cacheDir, LOCAL_DIR, ROOT } from "../../tools/lib/paths";

/** Vets and tests the Go services with the toolchain that compiles them; answers what `go` printed. */
export async function testServices(source: LocalSettings["imageSource"], env: NodeJS.ProcessEnv): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "go-tests-"));
  try {
    writeFileSync(join(folder, "build.sh"), "set -euo pipefail\ncd /src\ngo vet ./...\ngo test -short ./...\n");
    const cache = cacheDir(env);
    const workshop = new Workshop({ source, root: ROOT, cacheDir: cache, logDir: join(LOCAL_DIR, "logs"), env });
    const image = await workshop.builder(() => undefined);
    const lines: string[] = [];
    await runBuilder(
      {
        image,
        name: `log-pipeline-go-tests-${process.pid}`,
        recipe: folder,
        sources: join(ROOT, "services"),
        out: folder,
        cacheDir: cache,
        env,
      },
      { onLine: (line) => lines.push(line) },
    );
    return lines.join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
