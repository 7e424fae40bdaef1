/** The keys that occur twice in an object of a JSON text, which `JSON.parse` overlooks and Elasticsearch refuses. */
export function repeatedKeys(json: string): string[] {
  const repeated: string[] = [];
  /** Of each open object the keys so far; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === "{") open.push(new Set());
    else if (char === "[") open.push(undefined);
    else if (char === "}" || char === "]") open.pop();
    else if (char === '"') {
      const start = at++;
      while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
      // As this project writes JSON, nothing stands between a key and its colon.
      if (json[at + 1] !== ":") continue;
      const key = JSON.parse(json.slice(start, at + 1)) as string;
      const keys = open.at(-1)!;
      if (keys.has(key)) repeated.push(key);
      keys.add(key);
    }
  }
  return repeated;
}
