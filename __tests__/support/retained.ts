import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Counts how many of the objects that it was shown are still kept by somebody. */
export class Retained {
  private readonly references: WeakRef<object>[] = [];

  watch<T extends object>(one: T): T {
    this.references.push(new WeakRef(one));
    return one;
  }

  async count(): Promise<number> {
    // An object that was looked at is kept until the event loop turns.
    await new Promise(setImmediate);
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
    return this.references.filter((reference) => reference.deref() !== undefined).length;
  }
}
