import { appendFileSync, copyFileSync, existsSync, renameSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

/** A file is emptied when it has so many bytes, so that lines have room below its former size. */
const LEAST_BYTES = 2_000;

/** A service's log file, and the numbers of the lines that were ever written to it. */
export class LogFile {
  /** Lines that are in the file under its present name, by their numbers. */
  private readonly present = new Set<number>();
  /**
   * Where the file must stay below, in bytes, until a line of it has arrived: Filebeat knows a truncated file by its size, and one
   * that has grown beyond its former size before Filebeat reads it looks as if it had only been written to. While Kafka is away
   * that can take long.
   */
  private below: number | undefined;
  private rotations = 0;
  private emptied = 0;

  /** @param timed whether each line tells its own time */
  constructor(
    private readonly directory: string,
    readonly name: string,
    readonly timed: boolean,
  ) {}

  get lines(): ReadonlySet<number> {
    return this.present;
  }

  /** How often the file was emptied, deleted or put aside: which file of its name it is. */
  get generation(): number {
    return this.emptied;
  }

  /** Whether it is long enough to be emptied or deleted. */
  get isLong(): boolean {
    return this.size() >= LEAST_BYTES;
  }

  hasRoomFor(text: string): boolean {
    return this.below === undefined || this.size() + Buffer.byteLength(text) < this.below;
  }

  /** Appends text that ends the lines of these numbers. */
  append(text: string, numbers: readonly number[]): void {
    appendFileSync(this.path(), text, { mode: 0o644 });
    for (const number of numbers) this.present.add(number);
  }

  /** As lumberjack rotates. @returns the rotated file's path, if there was a file */
  rename(): string | undefined {
    if (!existsSync(this.path())) return undefined;
    const path = this.rotatedPath();
    renameSync(this.path(), path);
    this.begin(undefined);
    return path;
  }

  /** As logrotate does with `copytruncate`. @returns the copy's path, if there was a file */
  copyAndTruncate(): string | undefined {
    if (!existsSync(this.path())) return undefined;
    const path = this.rotatedPath();
    copyFileSync(this.path(), path);
    this.truncate();
    return path;
  }

  truncate(): void {
    if (!existsSync(this.path())) return;
    const size = this.size();
    truncateSync(this.path());
    this.begin(size);
  }

  remove(): void {
    const size = this.size();
    rmSync(this.path(), { force: true });
    // The next file of the name may get the inode.
    this.begin(size);
  }

  /** A line of this generation has arrived: Filebeat knows the file as it is. */
  arrived(generation: number): void {
    if (generation === this.emptied) this.below = undefined;
  }

  private begin(bytes: number | undefined): void {
    this.present.clear();
    this.below = bytes;
    this.emptied++;
  }

  private size(): number {
    return existsSync(this.path()) ? statSync(this.path()).size : 0;
  }

  private path(): string {
    return join(this.directory, `${this.name}.log`);
  }

  /** Ever later, so that no two rotated files have one name. */
  private rotatedPath(): string {
    const time = new Date(Date.UTC(2026, 0, 1) + this.rotations++ * 1000).toISOString();
    return join(this.directory, `${this.name}-${time.slice(0, 19).replaceAll(":", "-")}.000.log`);
  }
}
