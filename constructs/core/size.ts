/** An amount of memory or disk, in powers of 1024. */
export class Size {
  static bytes(amount: number): Size {
    return new Size(amount);
  }
  static kibibytes(amount: number): Size {
    return new Size(amount * 1024);
  }
  static mebibytes(amount: number): Size {
    return Size.kibibytes(amount * 1024);
  }
  static gibibytes(amount: number): Size {
    return Size.mebibytes(amount * 1024);
  }
  static sum(sizes: readonly Size[]): Size {
    return new Size(sizes.reduce((total, size) => total + size.amountBytes, 0));
  }

  private constructor(private readonly amountBytes: number) {
    if (!Number.isInteger(amountBytes) || amountBytes < 0) {
      throw new RangeError(`a size must be a whole, non-negative number of bytes, not ${amountBytes}`);
    }
  }

  toBytes(): number {
    return this.amountBytes;
  }

  /** Whole mebibytes, rounded up. */
  toMebibytes(): number {
    return Math.ceil(this.amountBytes / MEBIBYTE);
  }

  /** This many times the size, rounded down to a mebibyte. */
  times(factor: number): Size {
    return Size.mebibytes(Math.floor((this.amountBytes * factor) / MEBIBYTE));
  }

  /** For people: `512 MiB`, `4 GiB`. */
  toString(): string {
    for (const [unit, size] of UNITS) {
      if (this.amountBytes >= size && this.amountBytes % size === 0) return `${this.amountBytes / size} ${unit}`;
    }
    return `${this.amountBytes} B`;
  }
}

const MEBIBYTE = 1024 * 1024;
const UNITS = [
  ["GiB", 1024 * MEBIBYTE],
  ["MiB", MEBIBYTE],
  ["KiB", 1024],
] as const;
