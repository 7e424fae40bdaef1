import type { DeadLetter, StillRefused } from "../../contract/dead-letter";

/** Names of services that are kept of a reason: more of them than a row shows. */
const SERVICES = 50;
/** Things that a replay was refused for, which are told each; the others are only counted. */
const KINDS = 50;

export interface ReasonSummary {
  letters: number;
  /** The first by name, not all of them. */
  services: readonly string[];
  first: string;
  last: string;
}

/** Dead letters as they are read, of which there may be millions: counts, and the newest. */
export class LetterSummary {
  total = 0;
  readonly reasons = new Map<string, ReasonSummary>();
  private kept: DeadLetter[] = [];

  /** @param newest how many of the newest are kept */
  constructor(private readonly newest: number) {}

  add(letter: DeadLetter): void {
    this.total++;
    this.count(letter);
    this.kept.push(letter);
    // Sorted once for many.
    if (this.kept.length >= 2 * this.newest + 100) this.kept = this.sorted();
  }

  /** The newest first. */
  sorted(): DeadLetter[] {
    return this.kept.toSorted((a, b) => compare(b.time, a.time)).slice(0, this.newest);
  }

  private count({ reason, time, service = "-" }: DeadLetter): void {
    const sum = this.reasons.get(reason);
    if (!sum) {
      this.reasons.set(reason, { letters: 1, services: [service], first: time, last: time });
      return;
    }
    sum.letters++;
    if (compare(time, sum.first) < 0) sum.first = time;
    if (compare(time, sum.last) > 0) sum.last = time;
    if (!sum.services.includes(service)) sum.services = [...sum.services, service].sort().slice(0, SERVICES);
  }
}

/** What a replay did not mend, by what was said of it. */
export class RefusedSummary {
  total = 0;
  private readonly byKind = new Map<string, { letters: number; readonly first: StillRefused }>();

  add(refused: StillRefused): void {
    this.total++;
    const kind = `${refused.reason} ${withoutNumbers(refused.detail)}`;
    const known = this.byKind.get(kind);
    if (known) known.letters++;
    else if (this.byKind.size < KINDS) this.byKind.set(kind, { letters: 1, first: refused });
  }

  /** The most frequent first. */
  kinds(): readonly { readonly letters: number; readonly first: StillRefused }[] {
    return [...this.byKind.values()].sort((a, b) => b.letters - a.letters);
  }

  /** Those of other kinds than {@link kinds} has. */
  others(): number {
    return this.total - [...this.byKind.values()].reduce((sum, { letters }) => sum + letters, 0);
  }
}

/** Two lines may be refused for one reason at different places of theirs. */
function withoutNumbers(detail: string): string {
  return detail.replace(/\d+/g, "#").slice(0, 80);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
