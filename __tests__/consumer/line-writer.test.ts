import { expect, test } from "@jest/globals";
import { PassThrough } from "node:stream";
import { createLineWriter } from "../../consumer/src/line-writer";

test("waits while nobody reads, and goes on when somebody does", async () => {
  const out = new PassThrough({ highWaterMark: 10 });
  const write = createLineWriter(out);
  await write("short");
  let done = false;
  const second = write("longer than ten").then(() => (done = true));
  await new Promise(setImmediate);
  expect(done).toBe(false);
  expect(String(out.read())).toBe("short\nlonger than ten\n");
  await second;
});
