import { expect, test } from "@jest/globals";
import { joinedText } from "../../../constructs/filebeat/multiline";

// Go's regular expressions and JavaScript's agree on all that this pattern uses; test:files asks Filebeat itself.
const { multiline } = joinedText(1000) as { multiline: { pattern: string; max_bytes: number } };
const pattern = new RegExp(multiline.pattern);

test.each([
  "panic: runtime error: index out of range [5] with length 3",
  "panic: first [recovered]",
  "\tpanic: second",
  "",
  "fatal error: all goroutines are asleep - deadlock!",
  "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a1b2c]",
  "goroutine 1 [running]:",
  "goroutine 34 gp=0xc000007c00 m=nil [GC worker (idle)]:",
  "main.main()",
  "main.(*Server).handle(0xc000012345, {0x1, 0x2})",
  "net/http.HandlerFunc.ServeHTTP(0x0?, {0x6e9f48?, 0xc0000e8000?}, 0x0?)",
  "github.com/example/pkg.Do[...](0x1)",
  "\t/app/main.go:10 +0x1d",
  "created by main.start in goroutine 1",
  "exit status 2",
  "rax    0x0",
  "2026/11/30 15:04:05 http: panic serving 127.0.0.1:1234: boom",
  '  File "x.py", line 3, in <module>',
  "Traceback (most recent call last):",
])("%j is a part of a text", (line) => {
  expect(pattern.test(line)).toBe(true);
});

test.each([
  '{"level":"info","message":"panic: not one"}',
  '  {"level":"info"}',
  '\t{"level":"info"}',
  "   \t ",
  "server started",
  "2026/11/30 15:04:05 listening on :8080",
  "done (3 files)",
  "\0\0\0{}",
])("%j is a line of its own", (line) => {
  expect(pattern.test(line)).toBe(false);
});

test("the longest text is as long as the longest line", () => {
  expect(multiline.max_bytes).toBe(1000);
});
