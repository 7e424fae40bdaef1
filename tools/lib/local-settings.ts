import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { LOCAL_DIR } from "./paths";

/**
 * What `up` found or built, kept so that `diff`, `deploy` and `down` use the same: the source of images, the Terraform
 * program and its provider settings. Under .local/, safe to delete; `up` finds it again.
 */
const schema = z.object({
  imageSource: z.enum(["registry", "packages"]),
  terraformBinary: z.string(),
  /** For TF_CLI_CONFIG_FILE; absent where providers come from the Terraform registry. */
  cliConfigFile: z.string().optional(),
  dockerHost: z.string(),
});

export type LocalSettings = Readonly<z.output<typeof schema>>;

const FILE = join(LOCAL_DIR, "settings.json");

export function writeLocalSettings(settings: LocalSettings): void {
  mkdirSync(LOCAL_DIR, { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(settings, null, 2)}\n`);
  writeImageSource(settings.imageSource);
}

/** Which images are there. Settings that were made for another source would win over it: `up` makes them again. */
export function writeImageSource(source: LocalSettings["imageSource"]): void {
  mkdirSync(LOCAL_DIR, { recursive: true });
  if (readLocalSettings()?.imageSource !== source) rmSync(FILE, { force: true });
  // For main.ts, which must not depend on more than it needs.
  writeFileSync(join(LOCAL_DIR, "image-source"), source);
}

/** Which source's images a synth refers to, as main.ts decides it. */
export function imageSourceInUse(env: NodeJS.ProcessEnv): string {
  const file = join(LOCAL_DIR, "image-source");
  return env["IMAGE_SOURCE"] || (existsSync(file) ? readFileSync(file, "utf8").trim() : "registry");
}

/** Undefined where there is none, or a damaged or older one: `up` writes it again. */
export function readLocalSettings(): LocalSettings | undefined {
  if (!existsSync(FILE)) return undefined;
  try {
    const settings = schema.parse(JSON.parse(readFileSync(FILE, "utf8")));
    // Terraform may be a name that the PATH resolves; what was built into the cache may be gone with it.
    const files = [settings.terraformBinary, settings.cliConfigFile ?? ""].filter(isAbsolute);
    const usable = files.every((file) => existsSync(file));
    return usable ? settings : undefined;
  } catch {
    return undefined;
  }
}
