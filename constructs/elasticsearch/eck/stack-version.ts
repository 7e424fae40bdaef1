import type { ContainerImage } from "../../core/container-image";

/**
 * The version in an image's tag, which ECK must be told beside the image; undefined if the tag is none. Behind it, images that are
 * built here have a hash.
 */
export function stackVersion(image: ContainerImage): string | undefined {
  return /:(\d+\.\d+\.\d+)(-[0-9a-f]{12})?(@[^@]+)?$/.exec(image.reference)?.[1];
}

/** What is wrong with an image of ECK's; empty if nothing is. @param of what it is an image of */
export function imageProblems(of: string, image: ContainerImage): string[] {
  if (stackVersion(image) !== undefined) return [];
  return [
    `${of}: 'image' (${image}) must have a version as its tag, such as '9.5.0': ECK does what that version needs`,
  ];
}

/** Whether ECK lets one of the first version use one of the second: no later minor version, patches do not count. */
export function mayUse(version: string, used: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [usedMajor = 0, usedMinor = 0] = used.split(".").map(Number);
  return major < usedMajor || (major === usedMajor && minor <= usedMinor);
}
