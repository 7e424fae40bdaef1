/** Lets a fixed number of pieces of work run at once; the others wait for their turn. */
export class Slots {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(count: number) {
    this.free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      // A slot is handed over rather than freed, or a newcomer could take it before the one that waits.
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
