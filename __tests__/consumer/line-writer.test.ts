import { once } from "node:events";
import { expect, jest, test } from "@jest/globals";
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

test.each([
  ["has seen enough", "EPIPE", 0, []],
  ["cannot keep it", "ENOSPC", 1, ["standard output cannot be written: no space left\n"]],
])("ends when who reads %s", async (_, code, expected, said) => {
  const out = new PassThrough();
  const complaints: string[] = [];
  const end = jest.fn<(code: number) => void>();
  createLineWriter(out, { end, complain: (text) => complaints.push(text) });
  out.destroy(Object.assign(new Error("no space left"), { code }));
  await once(out, "error");
  expect({ ends: end.mock.calls, complaints }).toEqual({ ends: [[expected]], complaints: said });
});
