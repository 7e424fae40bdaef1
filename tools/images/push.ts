import { isImageRegistry } from "../../constructs/core/container-image";
import { builtImages, imageReferences, type ImageSource } from "../../images/catalog";
import { published } from "../../images/image-set";
import type { RecipeName } from "../../images/recipes";
import { exec } from "../lib/exec";
import { writeImageSource } from "../lib/local-settings";
import { LOCAL_DIR, ROOT } from "../lib/paths";
import { runSteps, type Say } from "../lib/steps";
import { UserError } from "../lib/user-error";
import { type AskRegistry, LOCAL_DIGESTS, recordDigests, resolveDigests } from "./digests";

/** An image of ours, and what it is called where it goes. */
export interface Publication {
  readonly name: RecipeName;
  readonly reference: string;
  readonly target: string;
}

/** Which images of ours a registry has not, under the tags that their content gives them. */
export async function unpublished(
  source: ImageSource,
  registry: string,
  ask: AskRegistry,
): Promise<readonly Publication[]> {
  const references = imageReferences(source, ROOT);
  const all = builtImages(source).flatMap((name) => {
    const reference = references[name];
    return reference ? [{ name, reference, target: published(registry, reference) }] : [];
  });
  const digests = await Promise.all(all.map(({ target }) => ask(target)));
  return all.filter((_, index) => digests[index] === undefined);
}

/** Pushes an image that the Engine has; whoever runs this is logged in there. */
export async function pushImage({ reference, target }: Publication, say: Say): Promise<void> {
  await exec("docker", ["tag", reference, target]);
  await exec("docker", ["push", target], { onLine: say });
}

/** Records the digests of all that an environment refers to. A synth from here on refers to these. */
export async function resolveImages(source: ImageSource, registry: string, ask: AskRegistry): Promise<void> {
  await runSteps([
    {
      title: `Digests of the images, ours in ${registry}`,
      run: async () => recordDigests(await resolveDigests(registry, source, ask)),
    },
  ]);
  writeImageSource(source);
  console.log(
    `Their digests are in ${LOCAL_DIGESTS.slice(LOCAL_DIR.length - ".local".length)}, for environments whose facts state platform.imageRegistry: "${registry}"`,
  );
}

/** @throws UserError for what can be no registry and folder of one */
export function requireRegistry(registry: string): void {
  if (isImageRegistry(registry)) return;
  throw new UserError(`'${registry}' is no registry: write it as in registry.example.com/team, without a scheme`);
}
