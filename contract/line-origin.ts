/** Where a line came from. Identifies it: two events of one origin are one line that was shipped twice. */
export interface LineOrigin {
  /** The host's name. */
  readonly host: string;
  /** The path that the shipper read it under. */
  readonly file: string;
  /** Of the line's first byte, in bytes. */
  readonly offset: number;
  /** Identity of the file's content where the shipper tells (Filebeat 9): survives renames, differs between rotations. */
  readonly fingerprint?: string | undefined;
}

/**
 * What a rotated file was called before its rotation: `orders-2026-01-31T10-00-00.000-size.log` and
 * `orders-2026-01-31T10-00-00.000.log` (lumberjack and its successors) are both `orders.log`. Two rotations within a
 * millisecond end in `-size.log` and `-size_1.log`.
 *
 * A shipper that crashed before its rotation was acknowledged reads the line again under the new name; its document id
 * must not change with that.
 */
export function fileFamily(path: string): string {
  // Called for every event: rotated names are rare, so look for their one sure sign before a regular expression runs.
  return path.includes("T", path.lastIndexOf("/")) ? path.replace(ROTATED, "$<extension>") : path;
}

const ROTATED = /-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}(?:\.\d{1,9})?(?:-[a-z]+(?:_\d+)?)?(?<extension>\.[^./]+)$/;
