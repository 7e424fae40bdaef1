import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { LOCAL_DIR, stackDirectory } from "./paths";
import { UserError } from "./user-error";

/** Where Terraform's state of a stack is that keeps it on this machine. */
export function stateFileOf(stack: string): string {
  return join(LOCAL_DIR, "state", `${stack}.tfstate`);
}

/**
 * Lets Terraform take up the state of a stack that came along when its checkout was moved. Terraform remembers the absolute path
 * of before, takes the new one for a change that somebody must decide about, and nobody can: cdktf asks nobody.
 *
 * @throws UserError if the state was left behind, where Terraform would begin with an empty one
 */
export function takeUpMovedState(
  stack: string,
  directory = stackDirectory(stack),
  file = stateFileOf(stack),
  say: (text: string) => void = console.error,
): void {
  const memory = join(directory, ".terraform", "terraform.tfstate");
  const before = rememberedPath(memory);
  // Another name or another kind of place is somebody's decision, and Terraform asks about it.
  if (before === undefined || basename(before) !== basename(file)) return;
  const old = resolve(directory, before);
  if (old === file) return;
  if (!existsSync(file) && existsSync(old)) {
    throw new UserError(
      `the state of '${stack}' is still where this checkout was before, so Terraform would make everything once more: mkdir -p '${join(file, "..")}' && mv '${old}' '${file}'`,
    );
  }
  if (!existsSync(file))
    say(`there is no state of '${stack}', neither here nor in ${old}, where it was: it counts as never deployed`);
  // It holds nothing else: `terraform init` writes it again.
  rmSync(memory);
}

/** The path of the state on this machine that Terraform has used last; undefined if it is elsewhere, or there was none. */
function rememberedPath(memory: string): string | undefined {
  try {
    const { backend } = JSON.parse(readFileSync(memory, "utf8")) as {
      readonly backend?: { readonly type?: unknown; readonly config?: { readonly path?: unknown } | null };
    };
    const path = backend?.type === "local" ? backend.config?.path : undefined;
    return typeof path === "string" ? path : undefined;
  } catch {
    // Where it cannot be read, Terraform says so.
    return undefined;
  }
}
