import { ConfigurationError } from "./validation";

/** A container image at an exact version: what is reviewed is what runs. */
export class ContainerImage {
  /**
   * @param reference `repository:tag`, `repository@sha256:...` or both
   * @throws ConfigurationError if neither a tag nor a digest is given, or the tag is `latest`
   */
  static of(reference: string): ContainerImage {
    const parsed = REFERENCE.exec(reference)?.groups;
    if (!parsed || (!parsed["tag"] && !parsed["digest"]) || parsed["tag"] === "latest") {
      throw new ConfigurationError([
        `image '${reference}' names no exact version: give a tag other than 'latest', or a digest`,
      ]);
    }
    return new ContainerImage(reference);
  }

  private constructor(readonly reference: string) {}

  toString(): string {
    return this.reference;
  }
}

const REFERENCE =
  /^[a-z0-9][a-z0-9._/-]*(?::\d+\/[a-z0-9._/-]+)?(?::(?<tag>[\w][\w.-]*))?(?<digest>@sha256:[0-9a-f]{64})?$/;

/** Whether images can be pushed there: a host, and folders if it has any, without a scheme. */
export function isImageRegistry(name: string): boolean {
  return /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/.test(name);
}
