/** Every name of a field in a body of Kibana's, wherever it stands: in operations, columns, controls, KQL and formulas. */
export function namedFields(value: unknown, key = ""): readonly string[] {
  if (typeof value === "string") return inText(key, value);
  if (Array.isArray(value)) {
    return value.flatMap((one: unknown) =>
      typeof one === "string" && ["fields", "column_order"].includes(key) ? [one] : namedFields(one, key),
    );
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "sort" ? (inner as { name: string }[]).map((one) => one.name) : namedFields(inner, name),
  );
}

function inText(key: string, text: string): readonly string[] {
  if (["field", "field_name", "time_field"].includes(key)) return [text];
  return ["expression", "formula"].includes(key) ? inKql(text) : [];
}

/** What stands before `:` or a comparison. Values are taken out first: they may look like anything. */
export function inKql(text: string): readonly string[] {
  const bare = text.replaceAll(/"(\\.|[^"\\])*"/g, '""');
  return [...bare.matchAll(/([@\w.]+)\s*(?::|>=|<)/g)].map(([, field]) => field!);
}
