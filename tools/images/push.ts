import { isImageRegistry } from "../../constructs/core/container-image";
import { builtImages, imageReferences, type ImageSource } from "../../images/catalog";
import { published } from "../../images/image-set";
import { exec } from "../lib/exec";
import { writeImageSource } from "../lib/local-settings";
import { ROOT } from "../lib/paths";
import { runSteps } from "../lib/steps";
import { UserError } from "../lib/user-error";

/** Pushes the images that are built here, so that a cluster can pull them; whoever runs this is logged in there. */
export async function pushImages(source: ImageSource, registry: string): Promise<void> {
  const references = imageReferences(source, ROOT);
  await runSteps(
    builtImages(source).flatMap((name) => {
      const reference = references[name];
      if (!reference) return [];
      const target = published(registry, reference);
      return {
        title: `Push ${target}`,
        run: async (say) => {
          await exec("docker", ["tag", reference, target]);
          await exec("docker", ["push", target], { onLine: say });
        },
      };
    }),
  );
  // A deploy from here refers to what was pushed.
  writeImageSource(source);
  console.log(`Now state it in the environment's facts: platform.imageRegistry: "${registry}"`);
}

/** @throws UserError for what can be no registry and folder of one */
export function requireRegistry(registry: string): void {
  if (isImageRegistry(registry)) return;
  throw new UserError(`'${registry}' is no registry: write it as in registry.example.com/team, without a scheme`);
}
