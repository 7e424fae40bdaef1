import { userErrorOf } from "../lib/user-error";

/** Says that something cannot be translated: where, as a path of attributes, and why. */
export type Note = (path: string, why: string) => void;

/** The path of what a block or a map has under a name. */
export function below(path: string, name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path ? `${path}.${name}` : name;
}

/** What cannot be translated, in all stacks. */
export class Refusals {
  private readonly found: string[] = [];

  get count(): number {
    return this.found.length;
  }

  /** Notes for one thing: a stack, or a resource of it. */
  at(...place: readonly string[]): Note {
    return (path, why) => this.found.push(`${[...place, ...(path ? [`'${path}'`] : [])].join(", ")}: ${why}`);
  }

  /** @throws UserError naming all of them */
  throwIfAny(): void {
    if (this.found.length > 0) throw userErrorOf(this.found);
  }
}
