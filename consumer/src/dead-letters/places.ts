import type { DeadLetter } from "../../../contract/dead-letter";

type Source = DeadLetter["source"];

/**
 * Places of messages in Kafka, each with a number. A million of them take 32 MiB, outside of the heap: they are read beside the
 * consumer, whose memory it is.
 */
export class Places {
  private readonly partitions = new Map<string, OffsetTable>();

  get(source: Source): number | undefined {
    return this.partitions.get(partitionKey(source))?.get(offsetNumber(source.offset));
  }

  set(source: Source, value: number): void {
    const key = partitionKey(source);
    let table = this.partitions.get(key);
    if (!table) this.partitions.set(key, (table = new OffsetTable()));
    table.set(offsetNumber(source.offset), value);
  }
}

/** A topic that was created again has the old one's name and another id. */
function partitionKey({ topic, topicId = "", partition }: Source): string {
  return `${topic}/${topicId}/${partition}`;
}

/** What a record of no message says is no number. */
export function offsetNumber(offset: string): number {
  const number = Number(offset);
  return Number.isSafeInteger(number) && number >= 0 ? number : 0;
}

/** A hash table of numbers in two arrays, of which at least half is free. */
class OffsetTable {
  private size = 0;
  private offsets = new Float64Array(64).fill(FREE);
  private values = new Float64Array(64);

  get(offset: number): number | undefined {
    const slot = this.slotOf(offset);
    return this.offsets[slot] === FREE ? undefined : this.values[slot];
  }

  set(offset: number, value: number): void {
    const slot = this.slotOf(offset);
    if (this.offsets[slot] === FREE) this.size++;
    this.offsets[slot] = offset;
    this.values[slot] = value;
    if (this.size * 2 > this.offsets.length) this.grow();
  }

  /** Where an offset is, or would be put. */
  private slotOf(offset: number): number {
    const mask = this.offsets.length - 1;
    // Offsets of dead letters are often equally far apart, so all of their bits count.
    let slot = (Math.imul(offset ^ (offset / 2 ** 32), 0x9e3779b1) >>> 7) & mask;
    while (this.offsets[slot] !== FREE && this.offsets[slot] !== offset) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { offsets, values } = this;
    this.offsets = new Float64Array(2 * offsets.length).fill(FREE);
    this.values = new Float64Array(2 * offsets.length);
    offsets.forEach((offset, old) => {
      if (offset === FREE) return;
      const slot = this.slotOf(offset);
      this.offsets[slot] = offset;
      this.values[slot] = values[old]!;
    });
  }
}

/** No offset. */
const FREE = -1;
