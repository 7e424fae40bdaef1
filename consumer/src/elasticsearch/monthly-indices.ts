import { monthlyIndexName } from "../../../contract/indexing";
import type { NormalisedLine } from "../document/normaliser";

const DAY_MS = 86_400_000;
/** A clock that is wrong must not make indices of years that nobody expects, each with shards of its own. */
const OLDEST_MS = 400 * DAY_MS;
const NEWEST_MS = DAY_MS;

/**
 * Which monthly index a line goes to: that of its own time, so that a line that is read again lands on the same id in the same
 * index. A time that cannot be right counts for nothing here: then it is the month in which the line was read.
 */
export class MonthlyIndices {
  private readonly unsure = new Set<string>();
  private readonly sure = new Set<string>();
  private month = { start: Infinity, end: -Infinity, name: "" };

  indexOf({ timestamp, created }: Pick<NormalisedLine, "timestamp" | "created">, now: number): string {
    const read = isLikely(created.milliseconds, now) ? created.milliseconds : now;
    const name = this.nameOf(isLikely(timestamp.milliseconds, now) ? timestamp.milliseconds : read);
    if (!this.sure.has(name)) this.unsure.add(name);
    return name;
  }

  /** Indices that were named and of which nobody has said that they will be made as they should be. */
  get unconfirmed(): readonly string[] {
    return [...this.unsure];
  }

  confirm(names: readonly string[]): void {
    for (const name of names) {
      this.unsure.delete(name);
      this.sure.add(name);
    }
  }

  /** Most lines are of the month that the line before was of. */
  private nameOf(time: number): string {
    if (time < this.month.start || time >= this.month.end) {
      const date = new Date(time);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      this.month = { start: Date.UTC(year, month), end: Date.UTC(year, month + 1), name: monthlyIndexName(date) };
    }
    return this.month.name;
  }
}

function isLikely(time: number, now: number): boolean {
  return time >= now - OLDEST_MS && time <= now + NEWEST_MS;
}
