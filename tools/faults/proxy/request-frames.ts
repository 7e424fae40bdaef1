export interface RequestFrame {
  readonly apiKey: number;
  /** The whole request, with its size. */
  readonly bytes: Buffer;
}

const SIZE_BYTES = 4;

/** Kafka's requests in a stream of bytes: an int32 size, then an int16 that says which API it is. */
export class RequestFrames {
  private rest = Buffer.alloc(0);

  /** The requests that a chunk completes. */
  *add(chunk: Buffer): Generator<RequestFrame> {
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= SIZE_BYTES) {
      const end = SIZE_BYTES + this.rest.readInt32BE(0);
      if (this.rest.length < end) return;
      const bytes = this.rest.subarray(0, end);
      this.rest = this.rest.subarray(end);
      yield { apiKey: bytes.readInt16BE(SIZE_BYTES), bytes };
    }
  }
}
