import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";

export interface Programs {
  readonly directory: string;
  /** Puts a shell script of this name before every other program. */
  add(name: string, script: string): string;
  /** Takes all of them away again. */
  remove(): void;
}

/** Programs of a test's own, on the PATH of what the test starts. */
export function programs(): Programs {
  const before = env["PATH"] ?? "";
  const directory = mkdtempSync(join(tmpdir(), "programs-"));
  env["PATH"] = `${directory}:/usr/bin:/bin`;
  return {
    directory,
    add: (name, script) => {
      const path = join(directory, name);
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
      return path;
    },
    remove: () => {
      env["PATH"] = before;
      rmSync(directory, { recursive: true });
    },
  };
}
