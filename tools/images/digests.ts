import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../environments/environment";
import { builtImages, imageReferences, isImageSource, type ImageSource } from "../../images/catalog";
import { DIGESTS_FILE, type ImageDigests, readDigests } from "../../images/digests";
import { published } from "../../images/image-set";
import { LOCAL_DIR, ROOT } from "../lib/paths";
import { UserError, userErrorOf } from "../lib/user-error";

/** Where {@link recordDigests} writes, and where synth looks. */
export const LOCAL_DIGESTS = join(LOCAL_DIR, DIGESTS_FILE);

/** Asks a registry for the digest of a reference. @returns undefined if it has no such image */
export type AskRegistry = (reference: string) => Promise<string | undefined>;

/** What an environment with this registry refers to: our images there, and others where they are. */
export function referencesIn(registry: string, source: ImageSource): readonly string[] {
  return Object.values(imageReferences(source, ROOT)).map((reference) => published(registry, reference));
}

/** What a registry is to have of ours. */
export function ownReferencesIn(registry: string, source: ImageSource): readonly string[] {
  const references = imageReferences(source, ROOT);
  return builtImages(source).flatMap((name) => {
    const reference = references[name];
    return reference ? [published(registry, reference)] : [];
  });
}

/**
 * Looks up the digest of everything that an environment refers to.
 *
 * @throws UserError naming each that no registry has
 */
export async function resolveDigests(registry: string, source: ImageSource, ask: AskRegistry): Promise<ImageDigests> {
  const own = ownReferencesIn(registry, source);
  const found = await Promise.all(
    referencesIn(registry, source).map(async (reference) => [reference, await ask(reference)] as const),
  );
  const missing = found.filter(([, digest]) => digest === undefined).map(([reference]) => reference);
  if (missing.length > 0) {
    throw userErrorOf(
      missing.map((reference) =>
        own.includes(reference)
          ? `the registry has no ${reference}: 'npm run images -- --push ${registry}' builds and pushes it`
          : `there is no image ${reference}: mend its version in images/catalog.ts`,
      ),
    );
  }
  return Object.fromEntries(found.map(([reference, digest]) => [reference, digest ?? ""]).sort());
}

/** Keeps them for synth, in the order of their references: the same digests are the same file. */
export function recordDigests(digests: ImageDigests, file = LOCAL_DIGESTS): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${JSON.stringify(digests, null, 2)}\n`);
}

/**
 * Lets an environment pass whose images of ours are all known by their digests: a tag can be moved between a plan and a pull.
 *
 * @param digests @default what was recorded
 * @throws UserError naming those that are not
 */
export function requireDigests(
  { name, platform }: EnvironmentConfig,
  source: string,
  digests: ImageDigests = readDigests(LOCAL_DIGESTS),
): void {
  if (platform.kind !== "kubernetes" || !isImageSource(source)) return;
  const registry = platform.imageRegistry;
  if (registry === undefined) return;
  const unknown = ownReferencesIn(registry, source).filter((reference) => !digests[reference]);
  if (unknown.length === 0) return;
  throw new UserError(
    `environment '${name}' keeps data, and the digest of ${unknown.join(" and ")} is not known, so that another image could run than is planned: 'npm run images -- --source ${source} --resolve ${registry}' asks for it`,
  );
}
