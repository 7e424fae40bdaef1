import { ContainerImage } from "../../core/container-image";
import { ConfigurationError } from "../../core/validation";
import { containersOf, type PodJson, PodRule } from "./pod-rule";

/** What is reviewed is what runs: no image without a version, see {@link ContainerImage}. */
export class RequireExactImages extends PodRule {
  protected override problems(pod: PodJson): string[] {
    return containersOf(pod).flatMap(({ name, image = "" }) =>
      imageProblems(image).map((problem) => `container '${name}': ${problem}`),
    );
  }
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
