import { describe, expect, test } from "@jest/globals";
import { renderMappings } from "../../contract/index-template";
import { IGNORE_ABOVE, LOG_EVENT_FIELDS, MAX_ATTRIBUTE_DEPTH } from "../../contract/log-event";

interface Mapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Mapping>>;
  readonly [option: string]: unknown;
}

/** All fields of a mapping, by their whole name. */
function fieldsOf(mapping: Mapping, path: string[] = []): [string, Mapping][] {
  if (!mapping.properties) return [[path.join("."), mapping]];
  return Object.entries(mapping.properties).flatMap(([name, inner]) => fieldsOf(inner, [...path, name]));
}

describe("the mapping", () => {
  const fields = new Map(fieldsOf(renderMappings() as Mapping));

  test("has every field of the schema and no other", () => {
    expect([...fields.keys()].sort()).toEqual(Object.keys(LOG_EVENT_FIELDS).sort());
  });

  test.each(Object.entries(LOG_EVENT_FIELDS))("%s", (path, { type }) => {
    const expected: Record<string, object> = {
      keyword: { type: "keyword", ignore_above: IGNORE_ABOVE },
      stored: { type: "keyword", index: false, doc_values: false },
      flattened: { type: "flattened", ignore_above: IGNORE_ABOVE, depth_limit: MAX_ATTRIBUTE_DEPTH + 1 },
    };
    expect(fields.get(path)).toEqual(expected[type] ?? { type });
  });

  test("grows with no document", () => {
    expect(renderMappings()).toMatchObject({ dynamic: false });
  });

  test("keeps indexed values within what Lucene takes: four bytes a character", () => {
    expect(4 * IGNORE_ABOVE).toBeLessThan(32_766);
  });
});
