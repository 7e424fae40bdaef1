import { createReadStream } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

/** The registry is not one that this program can read. */
export class RegistryError extends Error {}

/**
 * Offsets up to which Filebeat's registry says that files are shipped, by file identity.
 *
 * The store on disk is a checkpoint (`<transaction>.json`, one entry a line) and a log of the operations after it (`log.json`,
 * two lines an operation: its number, then its content), see `libbeat/statestore/backend/memlog` of Filebeat 9. The log grows
 * to 10 MiB, so each refresh reads only its new part.
 */
export class RegistryReader {
  private offsets = new Map<string, number>();
  private checkpoint: string | undefined;
  private position = 0;
  private transaction = 0;
  private isLoaded = false;

  /** @param input id of the input whose files are looked for */
  constructor(
    private readonly directory: string,
    private readonly input: string,
  ) {}

  /** @throws RegistryError if it is of another version, or damaged; Error if it cannot be read */
  async refresh(): Promise<ReadonlyMap<string, number>> {
    await this.requireVersion();
    const wasLoaded = this.isLoaded;
    try {
      return await this.readNew();
    } catch (error) {
      this.isLoaded = false;
      // A checkpoint that was written between two reads looks like damage; seen from the new checkpoint it is none.
      if (wasLoaded) return this.refresh();
      throw error;
    }
  }

  private async readNew(): Promise<ReadonlyMap<string, number>> {
    const newest = await this.newestCheckpoint();
    if (!this.isLoaded || newest !== this.checkpoint) await this.load(newest);
    await this.readLog();
    return this.offsets;
  }

  private async requireVersion(): Promise<void> {
    const meta = metaSchema.safeParse(parseJson(await readFile(join(this.directory, "meta.json"), "utf8")));
    if (!meta.success) throw new RegistryError(`${this.directory}/meta.json has no version of a registry`);
    if (meta.data.version !== VERSION) {
      throw new RegistryError(`${this.directory} is of version ${meta.data.version}, and not of version ${VERSION}`);
    }
  }

  private async newestCheckpoint(): Promise<string | undefined> {
    const numbers = (await readdir(this.directory)).flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []);
    const newest = numbers.map(Number).sort((a, b) => b - a)[0];
    return newest === undefined ? undefined : String(newest);
  }

  private async load(checkpoint: string | undefined): Promise<void> {
    this.offsets = new Map();
    this.checkpoint = checkpoint;
    this.position = 0;
    this.transaction = Number(checkpoint ?? 0);
    if (checkpoint !== undefined) {
      const lines = createInterface({ input: createReadStream(join(this.directory, `${checkpoint}.json`)) });
      for await (const line of lines) {
        if (line === "[" || line === "]" || line === "") continue;
        const { _key: key, ...value } = parsed(entrySchema, line.replace(/,$/, ""));
        this.set(key, value);
      }
    }
    this.isLoaded = true;
  }

  private async readLog(): Promise<void> {
    const file = await open(join(this.directory, "log.json"));
    try {
      // Filebeat empties it after a checkpoint.
      if ((await file.stat()).size < this.position) this.position = 0;
      let action: z.output<typeof actionSchema> | undefined;
      let rest: Buffer = Buffer.alloc(0);
      let at = this.position;
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
        let start = 0;
        for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
          const line = rest.toString("utf8", start, end);
          start = end + 1;
          if (action === undefined) {
            action = parsed(actionSchema, line);
            continue;
          }
          this.apply(action, line);
          action = undefined;
          // A last operation that is written in part is read at the next refresh.
          this.position = at - (rest.length - start);
        }
        rest = rest.subarray(start);
        if (rest.length > MAX_LINE_BYTES) throw new RegistryError(`${this.directory}/log.json has no lines`);
      }
    } finally {
      await file.close();
    }
  }

  private apply({ op, id }: z.output<typeof actionSchema>, line: string): void {
    // They are in the checkpoint: the log was not emptied yet.
    if (id <= this.transaction) return;
    if (id !== this.transaction + 1) {
      throw new RegistryError(`${this.directory}/log.json jumps from operation ${this.transaction} to ${id}`);
    }
    this.transaction = id;
    const { k: key, v: value } = parsed(operationSchema, line);
    if (op === "remove") this.offsets.delete(this.identityOf(key) ?? "");
    else this.set(key, value ?? {});
  }

  private set(
    key: string,
    { cursor, ttl }: { readonly cursor?: { offset: number } | null | undefined; ttl?: number | undefined },
  ) {
    const identity = this.identityOf(key);
    if (identity === undefined) return;
    // An entry that is to be removed: its file is gone, and another may get its inode.
    if (ttl === 0) this.offsets.delete(identity);
    else this.offsets.set(identity, cursor?.offset ?? 0);
  }

  private identityOf(key: string): string | undefined {
    const prefix = `filestream::${this.input}::native::`;
    return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
  }
}

function parsed<S extends z.ZodType>(schema: S, line: string): z.output<S> {
  const result = schema.safeParse(parseJson(line));
  if (!result.success) throw new RegistryError(`the registry has a line that is none: ${line.slice(0, 100)}`);
  return result.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const metaSchema = z.object({ version: z.string() });
const actionSchema = z.object({ op: z.enum(["set", "remove"]), id: z.number().int() });
const state = {
  cursor: z.object({ offset: z.number().min(0) }).nullish(),
  ttl: z.number().optional(),
};
const operationSchema = z.object({ k: z.string(), v: z.object(state).optional() });
const entrySchema = z.object({ _key: z.string(), ...state });

const VERSION = "1";
const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;
const MAX_LINE_BYTES = 1024 * 1024;
