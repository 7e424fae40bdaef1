import { at, type Data, entriesOf, textAt } from "./data";
import type { Item } from "./items";

/** A variable of a program. */
export interface Variable {
  readonly item: Item;
  readonly container: string;
  readonly name: string;
  readonly value: Data;
}

/** Every variable of every container, on Docker and on Kubernetes. */
export function variablesOf(items: readonly Item[]): readonly Variable[] {
  return items.flatMap((item) =>
    containersOf(item).flatMap(([container, body]) =>
      entriesOf(at(body, "env")).map(([name, value]) => ({ item, container, name, value })),
    ),
  );
}

/** The containers of what runs any, by name. */
export function containersOf(item: Item): readonly (readonly [string, Data])[] {
  if (item.kind === "docker_container") return [[item.name, item.body]];
  return ["init_container", "container"].flatMap((key) => entriesOf(at(item.body, "spec", "template", "spec", key)));
}

/** A reference of an image in its parts: `apache/kafka:4.3.0`. */
export interface ImageUse {
  readonly item: Item;
  /** Without the registry's address and the tag: `kafka`. */
  readonly image: string;
  readonly tag: string;
}

/** Every image that something runs. On Docker Terraform pulls it as a resource of its own. */
export function imagesOf(items: readonly Item[]): readonly ImageUse[] {
  return items.flatMap((item) => {
    const own = item.kind === "docker_image" ? textAt(item.body, "name") : textAt(item.body, "spec", "image");
    const references = [own, ...containersOf(item).map(([, body]) => textAt(body, "image"))];
    return references.flatMap((reference) => {
      const [, image, tag] = /([^/:]+):([^/:@]+)(?:@.*)?$/.exec(reference ?? "") ?? [];
      return image !== undefined && tag !== undefined && !reference?.includes("${") ? [{ item, image, tag }] : [];
    });
  });
}
