import { LOG_DIRECTORY } from "../../contract/names";
import { type LogFile, splitLines, type WrittenLine } from "./written-lines";

/** Runs a shell script where the log directory can be seen, and answers what it printed. */
export type RunScript = (script: string, input?: Buffer) => Promise<Buffer>;

/** The log directory of one host, seen through a container. */
export class LogDirectory {
  constructor(
    /** As documents name it. */
    private readonly host: string,
    private readonly run: RunScript,
  ) {}

  async files(): Promise<LogFile[]> {
    const listing = await this.run(`stat -c '%i %s %n' ${LOG_DIRECTORY}/*.log 2>/dev/null || true`);
    return listing
      .toString()
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [inode = "", size = "0", ...path] = line.split(" ");
        return { host: this.host, inode, size: Number(size), path: path.join(" ") };
      });
  }

  /** The complete lines beyond what `before` lists. */
  async linesSince(before: readonly LogFile[]): Promise<WrittenLine[]> {
    const start = new Map(before.map((file) => [fileKey(file), file.size]));
    for (;;) {
      const grown = (await this.files()).flatMap((file) => {
        const from = start.get(fileKey(file)) ?? 0;
        return file.size > from ? [{ file, from }] : [];
      });
      if (grown.length === 0) return [];
      // One call for all: starting a program in a container takes longer than reading a file there.
      const content = await this.run(grown.map(({ file, from }) => readScript(file, from)).join("; "));
      // Less than was listed: a file was rotated in between, and is elsewhere in the next listing.
      if (content.length !== grown.reduce((sum, { file, from }) => sum + file.size - from, 0)) continue;
      const lines: WrittenLine[] = [];
      let begin = 0;
      for (const { file, from } of grown) {
        const end = begin + file.size - from;
        // In pieces: a file can have more lines than a call takes arguments.
        for (const line of splitLines(file, from, content.subarray(begin, end))) lines.push(line);
        begin = end;
      }
      return lines;
    }
  }

  async append(file: string, content: Buffer): Promise<void> {
    await this.run(`cat >> ${quoted(`${LOG_DIRECTORY}/${file}`)}`, content);
  }
}

function fileKey({ host, inode }: LogFile): string {
  return `${host}:${inode}`;
}

/** Prints what was added to a file, as far as it was listed; nothing if another file has its name by now. */
function readScript({ path, inode, size }: LogFile, from: number): string {
  const file = quoted(path);
  const isTheSame = `[ "$(stat -c %i ${file} 2>/dev/null)" = ${inode} ]`;
  return `if ${isTheSame}; then tail -c +${from + 1} ${file} | head -c ${size - from}; fi`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
