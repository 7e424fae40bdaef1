import { Listr, type ListrTask } from "listr2";
import { builtImages, imageReferences } from "../../images/catalog";
import { IMAGE_SOURCES, RECIPES, recipeTag, type RecipeName } from "../../images/recipes";
import { builtTags, hasImage, removeImage } from "./docker";
import { Workshop, type WorkshopOptions } from "./workshop";

export { missingHostPackages } from "./debian";
export { Workshop, type WorkshopOptions } from "./workshop";

/** The references of a source's images that the Engine does not have. */
export async function missingImages({ source, root }: Pick<WorkshopOptions, "source" | "root">): Promise<string[]> {
  const references = Object.values(imageReferences(source, root));
  const present = await Promise.all(references.map(hasImage));
  return references.filter((_, index) => !present[index]);
}

/** One task for each image of the workshop's source; run them with `concurrent: true`, the workshop keeps the order. */
export function imageTasks(workshop: Workshop): ListrTask[] {
  const { source, root } = workshop.options;
  const built = new Map<string, RecipeName>(builtImages(source).map((name) => [name, name]));
  return Object.entries(imageReferences(source, root)).map(([name, reference]) => ({
    title: `${name} ${reference.slice(reference.lastIndexOf(":") + 1)}`,
    task: async (_, task) => {
      const started = Date.now();
      const report = (line: string): void => void (task.output = line);
      if (await hasImage(reference)) {
        task.title = `${task.title} (already there)`;
        return;
      }
      const recipe = built.get(name);
      await (recipe ? workshop.image(recipe, report) : workshop.pull(reference, report));
      task.title = `${task.title} (${Math.round((Date.now() - started) / 1000)} s)`;
    },
  }));
}

/** Pulls and builds what is missing. */
export async function buildImages(options: WorkshopOptions): Promise<void> {
  // Listr's own listener exits at once on Ctrl-C, before an aborted build has cleaned up.
  await new Listr(imageTasks(new Workshop(options)), { concurrent: true, registerSignalListeners: false }).run();
}

/**
 * Removes images of ours that no recipe of this checkout makes any more, whatever the source. Those that a container uses
 * stay.
 *
 * @returns the tags that were removed
 */
export async function pruneImages(root: string): Promise<string[]> {
  const names = (Object.keys(RECIPES) as RecipeName[]).filter(
    (name) => RECIPES[name].kind === "debian" || RECIPES[name].base,
  );
  const wanted = new Set(IMAGE_SOURCES.flatMap((source) => names.map((name) => recipeTag(name, source, root))));
  const removed: string[] = [];
  for (const tag of await builtTags()) if (!wanted.has(tag) && (await removeImage(tag))) removed.push(tag);
  return removed;
}
