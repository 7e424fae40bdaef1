import { chmodSync, existsSync, linkSync, copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RECIPES, recipeHash } from "../../images/recipes";
import type { Report, Workshop } from "../images/workshop";
import { hostArchitecture } from "../images/workshop";
import { exec, hasProgram } from "../lib/exec";
import { UserError } from "../lib/user-error";

export interface TerraformProgram {
  readonly program: "terraform" | "tofu";
  /** A path, or a name that the PATH resolves. */
  readonly path: string;
  readonly version: string;
}

/** The oldest that the generated configuration works with. */
const MINIMUM_VERSION = [1, 5] as const;

/**
 * Terraform or OpenTofu on this host.
 *
 * @param binary the user's choice, TERRAFORM_BINARY_NAME. @default terraform, else tofu
 * @returns undefined if there is none that is new enough
 * @throws UserError if the user's choice cannot be used
 */
export async function findTerraform(binary?: string): Promise<TerraformProgram | undefined> {
  for (const path of binary ? [binary] : ["terraform", "tofu"]) {
    const found = (await hasProgram(path)) ? await versionOf(path) : undefined;
    if (found && isNewEnough(found.version)) return found;
    if (binary) {
      const problem = found ? `is ${found.version}` : "cannot be run";
      throw new UserError(
        `TERRAFORM_BINARY_NAME ('${binary}') ${problem}: it must be Terraform or OpenTofu ${MINIMUM_VERSION.join(".")} or newer; unset it to have one found or built`,
      );
    }
  }
  return undefined;
}

async function versionOf(path: string): Promise<TerraformProgram | undefined> {
  const result = await exec(path, ["version"], { env: { CHECKPOINT_DISABLE: "1" }, allowFailure: true });
  const [, name, version] = /^(Terraform|OpenTofu) v(\S+)/m.exec(result.stdout) ?? [];
  return name && version ? { program: name === "OpenTofu" ? "tofu" : "terraform", path, version } : undefined;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > MINIMUM_VERSION[0] || (major === MINIMUM_VERSION[0] && minor >= MINIMUM_VERSION[1]);
}

/** Builds OpenTofu from its Go module, once. */
export async function buildOpenTofu(workshop: Workshop, report: Report): Promise<TerraformProgram> {
  const folder = await workshop.program("opentofu", report);
  return { program: "tofu", path: join(folder, "tofu"), version: RECIPES.opentofu.version };
}

/** Registries whose address `kreuzwerker/docker` is looked up under: Terraform's and OpenTofu's default. */
const PROVIDER_HOSTS = ["registry.terraform.io", "registry.opentofu.org"];
const PROVIDER = "kreuzwerker/docker";

/**
 * Builds the Docker provider from its Go module into a filesystem mirror, once.
 *
 * @returns a configuration file for TF_CLI_CONFIG_FILE, or undefined where providers come from a registry
 */
export async function buildDockerProvider(workshop: Workshop, report: Report): Promise<string | undefined> {
  const { source, root, cacheDir } = workshop.options;
  if (source === "registry") return undefined;
  const { version } = RECIPES["terraform-provider-docker"];
  const program = `terraform-provider-docker_v${version}`;
  const built = join(await workshop.program("terraform-provider-docker", report), program);
  const name = recipeHash("terraform-provider-docker", source, root);
  const mirror = join(cacheDir, "providers", name);
  if (!existsSync(mirror)) {
    const temporary = `${mirror}.${process.pid}`;
    rmSync(temporary, { recursive: true, force: true });
    for (const host of PROVIDER_HOSTS) {
      const folder = join(temporary, host, PROVIDER, version, `linux_${hostArchitecture()}`);
      mkdirSync(folder, { recursive: true });
      linkOrCopy(built, join(folder, program));
      chmodSync(join(folder, program), 0o755);
    }
    renameSync(temporary, mirror);
  }
  const configuration = `${mirror}.tfrc`;
  writeFileSync(`${configuration}.${process.pid}`, renderCliConfiguration(mirror));
  renameSync(`${configuration}.${process.pid}`, configuration);
  return configuration;
}

/** Terraform's CLI configuration: the Docker provider from a folder, every other from where it usually comes. */
export function renderCliConfiguration(mirror: string): string {
  // A wildcard for the host alone is refused.
  const patterns = JSON.stringify(PROVIDER_HOSTS.map((host) => `${host}/${PROVIDER}`));
  // ${ and %{ begin a template in Terraform's language.
  const path = JSON.stringify(mirror).replace(/([$%])\{/g, "$1$1{");
  return [
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${path}`,
    `    include = ${patterns}`,
    "  }",
    "  direct {",
    `    exclude = ${patterns}`,
    "  }",
    "}",
    "",
  ].join("\n");
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
