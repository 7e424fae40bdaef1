import { KEPT } from "../custom-resources";
import type { ResourceRule } from "./resource-rule";
import { at, type Found, type JsonMap, mapsIn, type Synthesized } from "./synthesized";

/**
 * Where data is to be kept, no deploy and no destroy takes it: Terraform refuses to destroy its namespace, its claims and the
 * releases with objects that hold data, and these stay when their release goes and keep their claims when they go themselves.
 */
export class ProtectedData implements ResourceRule {
  /** @param namespace whose data it is */
  constructor(private readonly namespace: string) {}

  check(resource: Synthesized): string[] {
    const { attributes, objects, isProtected } = resource;
    const isNamespace = resource.is("namespace") && at(attributes, "metadata", "name") === this.namespace;
    const isClaim = resource.is("persistent_volume_claim");
    const holders = objects.filter(({ value }) => HOLDERS.has(String(value["kind"])));
    const kept = objects.filter(isKept);
    return [
      ...(isProtected || !(isNamespace || isClaim || kept.length > 0)
        ? []
        : [
            `may be destroyed, and with it ${isNamespace ? `everything in '${this.namespace}'` : isClaim ? "its data" : names(kept)}: set 'lifecycle.prevent_destroy'`,
          ]),
      ...holders
        .filter((object) => !isKept(object))
        .map(
          (object) => `${names([object])} holds data and goes with its release: annotate it with '${ANNOTATION}: keep'`,
        ),
      ...holders.flatMap((object) => HOLDERS.get(String(object.value["kind"]))?.(object) ?? []),
      ...claimTemplateProblems(resource),
    ];
  }
}

type Check = (object: Found<JsonMap>) => string[];

/** Kinds of objects that hold data, and how they would lose it. */
const HOLDERS: ReadonlyMap<string, Check> = new Map<string, Check>([
  [
    "Elasticsearch",
    (object) =>
      at(object.value, "spec", "volumeClaimDeletePolicy") === "DeleteOnScaledownOnly"
        ? []
        : [
            `${names([object])} takes its claims with it (volumeClaimDeletePolicy ${String(at(object.value, "spec", "volumeClaimDeletePolicy") ?? "is not stated")}): set it to DeleteOnScaledownOnly`,
          ],
  ],
  ["Kafka", () => []],
  [
    "KafkaNodePool",
    (object) =>
      mapsIn(object.value["spec"], "spec").some(({ value }) => value["deleteClaim"] === true)
        ? [`${names([object])} takes its claims with it (deleteClaim true): set it to false`]
        : [],
  ],
  // The operator deletes the topic with its object.
  ["KafkaTopic", () => []],
]);

const [ANNOTATION = ""] = Object.keys(KEPT);

function isKept({ value }: Found<JsonMap>): boolean {
  return at(value, "metadata", "annotations", ANNOTATION) === KEPT["helm.sh/resource-policy"];
}

function claimTemplateProblems({ attributes }: Synthesized): string[] {
  const policy = at(attributes, "spec", "persistent_volume_claim_retention_policy", "when_deleted");
  return at(attributes, "spec", "volume_claim_template") === undefined || (policy ?? "Retain") === "Retain"
    ? []
    : [`takes its claims with it (when_deleted ${String(policy)}): set it to Retain`];
}

function names(objects: readonly Found<JsonMap>[]): string {
  return objects.map(({ value }) => `${String(value["kind"])} '${String(at(value, "metadata", "name"))}'`).join(", ");
}
