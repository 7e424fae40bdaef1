import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exec, hasProgram, type ExecOptions } from "../lib/exec";

const DEBIAN_RELEASE = "trixie";

/** Debian packages that a host needs, and what tells that they are there. */
const HOST_PACKAGES: Readonly<Record<string, () => Promise<boolean>>> = {
  mmdebstrap: () => hasProgram("mmdebstrap"),
  // Ubuntu has mmdebstrap without the keys that Debian's packages are signed with.
  "debian-archive-keyring": () => Promise.resolve(existsSync("/usr/share/keyrings/debian-archive-keyring.gpg")),
};

/** Names of the Debian packages that the source `packages` still needs on this host. */
export async function missingHostPackages(): Promise<string[]> {
  const present = await Promise.all(Object.values(HOST_PACKAGES).map((isThere) => isThere()));
  return Object.keys(HOST_PACKAGES).filter((_, index) => !present[index]);
}

/** The packages in a recipe's packages.txt. */
export function debianPackages(recipe: string): string[] {
  return readFileSync(join(recipe, "packages.txt"), "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean);
}

/** Unpacks a recipe's packages into a tar archive, a root file system. */
export async function debianArchive(
  recipe: string,
  archive: string,
  mirror: string | undefined,
  options: ExecOptions,
): Promise<void> {
  const trim = join(recipe, "trim.sh");
  await exec(
    "mmdebstrap",
    [
      "--variant=essential",
      `--include=${debianPackages(recipe).join(",")}`,
      // The hook is a line for the shell; the path of the checkout may hold spaces.
      ...(existsSync(trim) ? [`--customize-hook=sh '${trim.replaceAll("'", `'\\''`)}' "$1"`] : []),
      DEBIAN_RELEASE,
      archive,
      ...(mirror ? [mirror] : []),
    ],
    options,
  );
}
