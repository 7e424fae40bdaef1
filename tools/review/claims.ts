import { quantity } from "./amounts";
import { at, type Data, entriesOf, textAt } from "./data";
import type { Item } from "./items";

/** A disk that something asks for. */
export interface Claim {
  readonly item: Item;
  /** Which of the item's: `data`, `hot`, `volume 0`. */
  readonly name: string;
  /** Bytes of one. */
  readonly size: number;
  readonly storageClass: string;
}

/** Every claim by item and name. */
export function claimsOf(items: readonly Item[]): ReadonlyMap<string, Claim> {
  const all = items.flatMap((item) => claimsOfItem(item).map((claim) => ({ item, ...claim })));
  return new Map(all.map((claim) => [`${claim.item.id}|${claim.name}`, claim]));
}

function claimsOfItem({ kind, body }: Item): Omit<Claim, "item">[] {
  switch (kind) {
    case "kubernetes_stateful_set_v1":
      return entriesOf(at(body, "spec", "volume_claim_template")).flatMap(([name, template]) =>
        claim(
          name,
          textAt(template, "spec", "resources", "requests", "storage"),
          textAt(template, "spec", "storage_class_name"),
        ),
      );
    case "KafkaNodePool":
      return entriesOf(at(body, "spec", "storage", "volumes")).flatMap(([id, volume]) =>
        claim(`volume ${id}`, textAt(volume, "size"), textAt(volume, "class")),
      );
    case "Elasticsearch":
      return entriesOf(at(body, "spec", "nodeSets")).flatMap(([set, nodes]) =>
        entriesOf(at(nodes, "volumeClaimTemplates")).flatMap(([, template]) =>
          claim(set, storageOf(template), textAt(template, "spec", "storageClassName")),
        ),
      );
    default:
      return [];
  }
}

function storageOf(template: Data): string | undefined {
  return textAt(template, "spec", "resources", "requests", "storage");
}

function claim(
  name: string,
  storage: string | undefined,
  storageClass = "the cluster's default",
): Omit<Claim, "item">[] {
  const size = quantity(storage);
  return size === undefined ? [] : [{ name, size, storageClass }];
}
