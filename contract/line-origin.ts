/** Where a line came from. Identifies it: two events of one origin are one line that was shipped twice. */
export interface LineOrigin {
  /** The host's name. */
  readonly host: string;
  /** The path that the shipper read it under. */
  readonly file: string;
  /** The file's inode, as the shipper says it; empty if it does not. */
  readonly inode: string;
  /** Of the line's first byte, in bytes; of several lines that the shipper joined, of the last one's. */
  readonly offset: number;
}

/**
 * What a file was called before a date was put into its name, by a rotation or a copy: `orders-2026-01-31T10-00-00.000.log` and
 * `orders-2026-01-31T10-00-00.000-size.log` (lumberjack and its successors), `orders-20260131.log` (logrotate's `dateext` with
 * `extension`) and `orders-2026-01-31.log` are all `orders.log`. Two rotations within a millisecond end in `-size.log` and
 * `-size_1.log`.
 *
 * A number alone is not taken for a rotation's: `worker-1.log` and `worker-2.log` are two files.
 */
export function fileFamily(path: string): string {
  // Called for every event, and most names have no year: look for that before a regular expression runs.
  return path.includes("20", path.lastIndexOf("/")) ? path.replace(DATED, "$<extension>") : path;
}

const DATED =
  /[-._](?:20\d{2}-\d{2}-\d{2}(?:T\d{2}-\d{2}-\d{2}(?:\.\d{1,9})?(?:-[a-z]+(?:_\d+)?)?)?|20\d{6}(?:-?\d{2,6})?)(?<extension>\.[^./]+)$/;
