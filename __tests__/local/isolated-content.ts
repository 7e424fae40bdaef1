import type { Content, ContentFile } from "../../contract/content";

/** Names that a test's content has instead of the real ones, so that nothing of the environment is touched. */
export function isolated(file: ContentFile, prefix: string): ContentFile {
  const named = (name: string) => `${prefix}-${name}`;
  return {
    ...file,
    // What others have put is not its to take away.
    complete: [],
    content: file.content.map((one) => ({ ...one, name: named(one.name), body: renamed(one, named) })),
  };
}

function renamed({ api, body }: Pick<Content, "api" | "body">, named: (name: string) => string): Content["body"] {
  if (api !== "_index_template") return body;
  return {
    ...body,
    index_patterns: (body["index_patterns"] as readonly string[]).map(named),
    composed_of: (body["composed_of"] as readonly string[]).map(named),
  };
}
