/** An amount of processor time. */
export class Cpu {
  static millis(amount: number): Cpu {
    return new Cpu(amount);
  }
  static cores(amount: number): Cpu {
    return new Cpu(amount * 1000);
  }

  private constructor(private readonly amountMillis: number) {
    if (!Number.isInteger(amountMillis) || amountMillis <= 0) {
      throw new RangeError(
        `an amount of CPU must be a whole, positive number of thousandths of a core, not ${amountMillis}`,
      );
    }
  }

  toMillis(): number {
    return this.amountMillis;
  }

  /** As Kubernetes writes it back: `250m`, `2`. */
  toString(): string {
    return this.amountMillis % 1000 === 0 ? `${this.amountMillis / 1000}` : `${this.amountMillis}m`;
  }
}
