import { describe, expect, test } from "@jest/globals";
import { Slots } from "../../tools/images/slots";

describe("Slots", () => {
  test("runs no more at once than it has slots, and everything in the end", async () => {
    const slots = new Slots(2);
    let running = 0;
    let most = 0;
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((value) =>
        slots.run(async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
          return value;
        }),
      ),
    );
    expect(results).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  test("a failure gives its slot back", async () => {
    const slots = new Slots(1);
    await expect(slots.run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await slots.run(() => Promise.resolve("next"))).toBe("next");
  });
});
