/**
 * A line without the NULs before it. A writer that does not append (no O_APPEND) goes on at its old offset when its file is
 * truncated; the file system fills what is before that with NULs, and the shipper takes them for the start of the next line.
 *
 * Of a line that is nothing but NULs, as one is that the shipper cut off, one is left: it is a line.
 */
export function withoutPadding(line: string): string {
  let start = 0;
  while (start < line.length && line.charCodeAt(start) === 0) start++;
  return line.slice(start === line.length ? start - 1 : start);
}
