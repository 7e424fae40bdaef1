import { constants, type Stats } from "node:fs";
import { access, lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { LOG_SUFFIX } from "../../../contract/names";

/**
 * Reasons for which Filebeat does not read a file. `name` is another ending on a file that changed lately, so that a service
 * writes to it; `rotated` is another ending on one that did not, whose lines were mostly shipped before it was renamed.
 */
export const SKIP_REASONS = ["symlink", "unreadable", "irregular", "name", "rotated"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** A file that Filebeat reads. */
export interface LogFile {
  readonly path: string;
  /** `<inode>-<device>`, as Filebeat's native file identity has it. */
  readonly identity: string;
  readonly size: number;
}

export interface DirectoryScan {
  readonly files: readonly LogFile[];
  readonly skipped: Readonly<Record<SkipReason, SkippedFiles>>;
}

export interface SkippedFiles {
  readonly count: number;
  /** The first few. */
  readonly examples: readonly string[];
}

/**
 * Looks at the log directory with the rights that Filebeat has: this process runs as the same user.
 *
 * @throws Error if the directory cannot be read
 */
export async function scanLogDirectory(directory: string, now: number): Promise<DirectoryScan> {
  const files: LogFile[] = [];
  const skipped = Object.fromEntries(
    SKIP_REASONS.map((reason) => [reason, { count: 0, examples: [] as string[] }]),
  ) as Record<SkipReason, { count: number; examples: string[] }>;
  for await (const { name } of await opendir(directory)) {
    const path = join(directory, name);
    // A file may be rotated away between the two.
    const stats = await lstat(path, { bigint: true }).catch(() => undefined);
    if (stats === undefined) continue;
    const reason = await skipReason(path, name, stats as unknown as Kind, now);
    if (reason === "folder") continue;
    if (reason === undefined) {
      files.push({ path, identity: `${stats.ino}-${stats.dev}`, size: Number(stats.size) });
      continue;
    }
    const kind = skipped[reason];
    kind.count++;
    if (kind.examples.length < EXAMPLES) kind.examples.push(name);
  }
  return { files, skipped };
}

type Kind = Pick<Stats, "isSymbolicLink" | "isFile" | "isDirectory"> & { readonly mtimeMs: bigint };

async function skipReason(
  path: string,
  name: string,
  stats: Kind,
  now: number,
): Promise<SkipReason | "folder" | undefined> {
  if (!name.endsWith(LOG_SUFFIX)) {
    // A link of another name only points at what is counted itself.
    if (!stats.isFile()) return "folder";
    return now - Number(stats.mtimeMs) < RECENT_MS ? "name" : "rotated";
  }
  if (stats.isSymbolicLink()) return "symlink";
  if (!stats.isFile()) return "irregular";
  return access(path, constants.R_OK).then(
    () => undefined,
    () => "unreadable" as const,
  );
}

const EXAMPLES = 3;
const RECENT_MS = 10 * 60_000;
