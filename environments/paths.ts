/**
 * Problems as constructs tell them, with their facts called as an environment file spells them: `'brokers'` is there
 * `'kafka.brokers'`. A rule lives in one place and still names what is to be changed.
 *
 * @param paths by the names that are quoted in problems
 */
export function spelledAs(paths: Readonly<Record<string, string>>, problems: readonly string[]): string[] {
  return problems.map((problem) =>
    problem
      .replace(QUOTED, (quoted, name: string) => (paths[name] === undefined ? quoted : `'${paths[name]}'`))
      // The path says so.
      .replace(/^(imported )?[A-Z]\w+: (?=')/, ""),
  );
}

/** A name, or a sum of two. */
const QUOTED = /'([\w.]+(?: \+ \w+)?)'/g;
