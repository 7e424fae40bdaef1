import { ContainerImage } from "../../core/container-image";
import { ConfigurationError } from "../../core/validation";
import { containersOf } from "./pod-rule";
import type { ResourceRule } from "./resource-rule";
import { below, type Found, isMap, type Json, type JsonMap, mapsIn, type Synthesized } from "./synthesized";

/**
 * What is reviewed is what runs: no image without an exact version, see {@link ContainerImage}. In a pod, and in the values of a
 * Helm release: as a text, or in the parts that charts take. A chart that is fetched has an exact version too, as it chooses all
 * images that its values do not.
 */
export class RequireExactImages implements ResourceRule {
  check({ pod, type, attributes, values, objects }: Synthesized): string[] {
    return [
      ...(pod ? containersOf(pod) : []).flatMap(({ name, image = "" }) =>
        imageProblems(image).map((problem) => `container '${name}': ${problem}`),
      ),
      ...[...values, ...objects].flatMap(({ path, value }) => mapsIn(value, path)).flatMap(valueProblems),
      ...(type === "helm_release" ? chartProblems(attributes) : []),
    ];
  }
}

function valueProblems({ path, value: { image } }: Found<JsonMap>): string[] {
  const reference = typeof image === "string" ? image : isMap(image) ? referenceOf(image) : undefined;
  return reference === undefined || reference === ""
    ? []
    : imageProblems(reference).map((problem) => `'${below(path, "image")}': ${problem}`);
}

/** Of the parts in which charts have an image; undefined if they name none, such as where only its pull policy is stated. */
function referenceOf({ registry, repository, name, tag, digest }: JsonMap): string | undefined {
  const parts = [registry, repository, name].filter(isStated);
  if (!isStated(repository) && !isStated(name) && !isStated(tag)) return undefined;
  const version = isStated(tag) ? `:${tag}` : "";
  return `${parts.join("/") || "image"}${version}${isStated(digest) ? `@${digest}` : ""}`;
}

/** Charts say an empty text where they mean nothing. */
function isStated(part: Json | undefined): part is string | number {
  return (typeof part === "string" && part !== "") || typeof part === "number";
}

function chartProblems({ chart, repository, version }: JsonMap): string[] {
  const isFetched = isStated(repository) || String(chart).startsWith("oci://");
  return !isFetched || /^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(String(version))
    ? []
    : [
        `chart '${String(chart)}' names no exact version (${String(version ?? "none")}): state its 'version' as in 1.2.3`,
      ];
}

function imageProblems(image: string): readonly string[] {
  try {
    ContainerImage.of(image);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}
