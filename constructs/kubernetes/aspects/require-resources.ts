import { containersOf, type PodJson, PodRule } from "./pod-rule";

/** Every container says what it takes, so that none starves the others of its node. */
export class RequireResources extends PodRule {
  protected override problems(pod: PodJson): string[] {
    return containersOf(pod).flatMap(({ name, resources }) => {
      const missing = STATED.filter(([kind, resource]) => !resources?.[kind]?.[resource]);
      if (missing.length === 0) return [];
      const paths = missing.map((path) => `resources.${path.join(".")}`).join(", ");
      return [`container '${name}' does not state ${paths}: add what it takes`];
    });
  }
}

/** No CPU limit: idle cores are better used than throttled away. */
const STATED = [
  ["limits", "memory"],
  ["requests", "cpu"],
  ["requests", "memory"],
] as const;
