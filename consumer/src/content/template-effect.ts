import type { Content } from "../../../contract/content";
import type { Json } from "../../../contract/index-template";

/** What a template gives a new index. */
export interface Effect {
  readonly template: string;
  readonly patterns: readonly string[];
  readonly mappings: Json;
  /** As in `index.codec`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The effects of all index templates. What they are composed of is in the same list, and none of it overlaps. */
export function templateEffects(content: readonly Content[]): Effect[] {
  return content
    .filter(({ api }) => api === "_index_template")
    .map(({ name, body }) => {
      const components = (body["composed_of"] as readonly string[]).map((component) => partOf(content, component));
      return {
        template: name,
        patterns: body["index_patterns"] as readonly string[],
        mappings: Object.assign({}, ...components.map(({ mappings }) => mappings)) as Json,
        settings: Object.assign({}, ...components.map(({ settings }) => flat(settings))) as Record<string, string>,
      };
    });
}

function partOf(
  content: readonly Content[],
  component: string,
): { readonly mappings?: Json; readonly settings?: Json } {
  const found = content.find(({ api, name }) => api === "_component_template" && name === component);
  return (found?.body["template"] ?? {}) as { readonly mappings?: Json; readonly settings?: Json };
}

function flat(settings: unknown, path = ""): Record<string, string> {
  if (settings === undefined) return {};
  if (typeof settings !== "object" || settings === null) return { [path]: String(settings) };
  return Object.assign(
    {},
    ...Object.entries(settings).map(([key, value]) => flat(value, path ? `${path}.${key}` : key)),
  ) as Record<string, string>;
}
