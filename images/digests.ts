import { existsSync, readFileSync } from "node:fs";
import { ConfigurationError } from "../constructs/core/validation";
import type { ImageSet } from "./image-set";

/** The digest (`sha256:...`) that a registry has of each reference, `repository:tag`. */
export type ImageDigests = Readonly<Record<string, string>>;

/** The name of the file in `.local/` and in a folder of plans. */
export const DIGESTS_FILE = "image-digests.json";

/**
 * What `npm run images -- --push` or `--resolve` wrote; none where there is no such file.
 *
 * @throws ConfigurationError if something else is in it
 */
export function readDigests(file: string): ImageDigests {
  if (!existsSync(file)) return {};
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    content = undefined;
  }
  if (isDigests(content)) return content;
  throw new ConfigurationError([
    `${file} is no list of image digests: write it again with 'npm run images -- --resolve <registry>'`,
  ]);
}

function isDigests(content: unknown): content is ImageDigests {
  return typeof content === "object" && content !== null && Object.values(content).every(isDigest);
}

/** Whether it is what a registry calls a manifest by. */
export function isDigest(word: unknown): word is string {
  return typeof word === "string" && /^sha256:[0-9a-f]{64}$/.test(word);
}

/** The same images, each by its digest where that is known: a tag can be moved, a digest cannot. */
export function pinned(images: ImageSet, digests: ImageDigests): ImageSet {
  return {
    ...images,
    ...Object.fromEntries(
      Object.entries(images).map(([name, value]: [string, unknown]) => {
        const digest = typeof value === "string" ? digests[value] : undefined;
        return [name, digest ? `${value as string}@${digest}` : value];
      }),
    ),
  };
}
