/** A length of time. Keeps units out of names and out of guesses. */
export class Duration {
  static milliseconds(amount: number): Duration {
    return new Duration(amount);
  }
  static seconds(amount: number): Duration {
    return new Duration(amount * 1000);
  }
  static minutes(amount: number): Duration {
    return Duration.seconds(amount * 60);
  }
  static hours(amount: number): Duration {
    return Duration.minutes(amount * 60);
  }
  static days(amount: number): Duration {
    return Duration.hours(amount * 24);
  }

  private constructor(private readonly amountMs: number) {
    if (!Number.isInteger(amountMs) || amountMs < 0) {
      throw new RangeError(`a duration must be a whole, non-negative number of milliseconds, not ${amountMs}`);
    }
  }

  toMilliseconds(): number {
    return this.amountMs;
  }

  /** Whole seconds, rounded up: a time-out must not become shorter by being written in seconds. */
  toSeconds(): number {
    return Math.ceil(this.amountMs / 1000);
  }

  /** As Go, Docker, Filebeat and Elasticsearch read it: `1500ms`, `30s`, `5m`, `2h`. */
  toString(): string {
    for (const [unit, size] of UNITS) {
      if (this.amountMs >= size && this.amountMs % size === 0) return `${this.amountMs / size}${unit}`;
    }
    return `${this.amountMs}ms`;
  }
}

const UNITS = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;
