import type { Records, SourceRecord } from "../pipeline/log-source";

/** Numbers of each record: offset, timestamp, then memory, start and bytes of its key and of its value. */
const STRIDE = 8;
const NONE = -1;

/**
 * Records as numbers, and objects only for those that are asked for. An answer waits while the one before it is worked on, for
 * longer than the engine lets objects be young: kept as objects, every record would grow old, and only a full garbage
 * collection would take it away.
 */
export class RecordList implements Records {
  length = 0;
  private readonly numbers: Float64Array;
  /** What keys and values are in, each once as long as they come in a row. */
  private readonly memory: ArrayBufferLike[] = [];

  /** @param capacity how many records it can take */
  constructor(
    private readonly topicId: string,
    private readonly partition: number,
    capacity: number,
  ) {
    this.numbers = new Float64Array(capacity * STRIDE);
  }

  add(offset: number, timestamp: number, key: Buffer | null, value: Buffer | null): void {
    const { numbers } = this;
    const at = this.length++ * STRIDE;
    numbers[at] = offset;
    numbers[at + 1] = timestamp;
    this.keep(at + 2, key);
    this.keep(at + 5, value);
  }

  at(index: number): SourceRecord | undefined {
    if (index < 0 || index >= this.length) return undefined;
    const at = index * STRIDE;
    return {
      topicId: this.topicId,
      partition: this.partition,
      offset: this.numbers[at]!,
      timestamp: this.numbers[at + 1]!,
      key: this.bytes(at + 2),
      value: this.bytes(at + 5),
    };
  }

  private keep(at: number, bytes: Buffer | null): void {
    const { numbers, memory } = this;
    if (bytes === null) {
      numbers[at] = NONE;
      return;
    }
    if (memory.at(-1) !== bytes.buffer) memory.push(bytes.buffer);
    numbers[at] = memory.length - 1;
    numbers[at + 1] = bytes.byteOffset;
    numbers[at + 2] = bytes.length;
  }

  private bytes(at: number): Buffer | null {
    const { numbers } = this;
    const memory = numbers[at]!;
    return memory === NONE ? null : Buffer.from(this.memory[memory]!, numbers[at + 1], numbers[at + 2]);
  }
}
