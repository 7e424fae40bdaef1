import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { buildApp } from "./app";
import { ConfigurationError } from "./constructs/core/validation";
import { SettingsError } from "./contract/settings";
import { environmentsNamed } from "./environments";
import type { EnvironmentConfig } from "./environments/environment";
import { IMAGE_SOURCES, type ImageSource, isImageSource } from "./images/catalog";
import { DIGESTS_FILE, readDigests } from "./images/digests";
import { imageSet } from "./images/image-set";

/** cdktf runs the app in the folder of cdktf.json. */
const ROOT = process.cwd();

/** Written by `npm run up`, so that a bare `cdktf diff` sees the images that were deployed. */
const SOURCE_FILE = join(ROOT, ".local", "image-source");

function imageSource(): ImageSource {
  const kept = existsSync(SOURCE_FILE) ? readFileSync(SOURCE_FILE, "utf8").trim() : "registry";
  const chosen = process.env["IMAGE_SOURCE"] || kept;
  if (isImageSource(chosen)) return chosen;
  throw new ConfigurationError([`IMAGE_SOURCE ('${chosen}') must be one of ${IMAGE_SOURCES.join(", ")}`]);
}

/** The one variable that Terraform's helm provider prefers to what it is told: with it a deploy could hit another cluster. */
function refuseForeignClusters(environments: readonly EnvironmentConfig[]): void {
  const paths = process.env["KUBE_CONFIG_PATHS"];
  if (!paths || !environments.some(({ platform }) => platform.kind === "kubernetes" && platform.operators)) return;
  throw new ConfigurationError([
    `KUBE_CONFIG_PATHS ('${paths}') is set, and Terraform's helm provider would deploy there whatever an environment says: unset it`,
  ]);
}

try {
  const names = (process.env["ENVIRONMENTS"] ?? "").split(",").filter(Boolean);
  const environments = environmentsNamed(names, process.env["ENVIRONMENT_SUFFIX"]);
  refuseForeignClusters(environments);
  const app = new App();
  buildApp(app, environments, {
    images: imageSet(imageSource(), ROOT),
    digests: readDigests(process.env["IMAGE_DIGESTS"] || join(ROOT, ".local", DIGESTS_FILE)),
    stateDirectory: join(ROOT, ".local", "state"),
  });
  app.synth();
} catch (error) {
  // What a person can mend needs no stack.
  if (!(error instanceof ConfigurationError || error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
