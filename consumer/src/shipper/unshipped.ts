import { open } from "node:fs/promises";
import type { LogFile } from "./log-directory";

export interface Unshipped {
  readonly bytes: number;
  /** Since the oldest of them was seen; at most one poll less than it is old. */
  readonly seconds: number;
}

/** Bytes up to which a file was written when its unshipped bytes were seen, and when that was. */
interface Mark {
  readonly size: number;
  readonly since: number;
}

/** Compares sizes of files with the offsets up to which they are shipped. */
export class UnshippedBytes {
  private marks = new Map<string, Mark>();

  /** @param hasLine whether a file has a line with content between two offsets. @default reads the file */
  constructor(private readonly hasLine: typeof hasLineBetween = hasLineBetween) {}

  async measure(files: readonly LogFile[], offsets: ReadonlyMap<string, number>, now: number): Promise<Unshipped> {
    const marks = new Map<string, Mark>();
    let bytes = 0;
    let oldest = now;
    for (const file of files) {
      const offset = shippedUpTo(file, offsets);
      if (offset === file.size) continue;
      // Filebeat waits for the end of a line, and does not note empty ones until the next line is shipped.
      if (file.size - offset <= MAX_SCAN_BYTES && !(await this.hasLine(file.path, offset, file.size))) continue;
      bytes += file.size - offset;
      const known = this.marks.get(file.identity);
      // A file that grows as it is shipped has new unshipped bytes each time.
      const isSame = known !== undefined && offset < known.size && known.size <= file.size;
      const mark = isSame ? known : { size: file.size, since: now };
      marks.set(file.identity, mark);
      oldest = Math.min(oldest, mark.since);
    }
    this.marks = marks;
    return { bytes, seconds: (now - oldest) / 1000 };
  }
}

/** A file that is shorter than its offset was truncated, and is read from its start. */
function shippedUpTo({ identity, size }: LogFile, offsets: ReadonlyMap<string, number>): number {
  const offset = offsets.get(identity) ?? 0;
  return offset > size ? 0 : offset;
}

/** Larger remainders count without a look: they cost too much to read, and are more than half a line. */
const MAX_SCAN_BYTES = 64 * 1024;
const CHUNK_BYTES = 4 * 1024;

async function hasLineBetween(path: string, from: number, to: number): Promise<boolean> {
  let file;
  try {
    file = await open(path);
  } catch {
    // It was removed or closed to us since it was listed; the next scan tells which.
    return false;
  }
  try {
    let hasContent = false;
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = from; at < to;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, to - at), at);
      if (bytesRead === 0) return false;
      at += bytesRead;
      for (const byte of buffer.subarray(0, bytesRead)) {
        if (byte === 0x0a && hasContent) return true;
        if (byte !== 0x0a && byte !== 0x0d) hasContent = true;
      }
    }
    return false;
  } finally {
    await file.close();
  }
}
