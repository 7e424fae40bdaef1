import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { LOG_DIRECTORY } from "../../../contract/names";
import { exec } from "../../../tools/lib/exec";
import { LogDirectory } from "../../../tools/verify/log-directory";

let directory: string;
let scripts: string[];
/** What happens to the directory before the next script runs. */
let meanwhile: (() => void) | undefined;
let logs: LogDirectory;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "log-directory-"));
  scripts = [];
  meanwhile = undefined;
  // A real shell, in which the log directory is another.
  logs = new LogDirectory("node-1", async (script, input) => {
    scripts.push(script);
    if (scripts.length > 1) {
      meanwhile?.();
      meanwhile = undefined;
    }
    const here = script.replaceAll(LOG_DIRECTORY, directory);
    return (await exec("sh", ["-c", here], input ? { input } : {})).stdoutBytes;
  });
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (name: string, text: string | Buffer) => writeFileSync(join(directory, name), text);
const seen = async (before: Awaited<ReturnType<LogDirectory["files"]>> = []) =>
  (await logs.linesSince(before)).map((line) => [
    line.file.replace(directory, ""),
    line.offset,
    line.bytes.toString("latin1"),
  ]);

describe("LogDirectory", () => {
  test("lists what is shipped, and nothing else", async () => {
    write("a.log", "one\n");
    write("a.txt", "one\n");
    const inode = String(statSync(join(directory, "a.log")).ino);
    expect(await logs.files()).toEqual([{ host: "node-1", inode, size: 4, path: join(directory, "a.log") }]);
  });

  test("an empty directory has no lines", async () => {
    expect(await logs.files()).toEqual([]);
    expect(await seen()).toEqual([]);
  });

  test("reads all files by one script, bytes as they are", async () => {
    write("a.log", "one\ntwo\npart");
    write("b's file.log", Buffer.from([0xff, 0x00, 0x0a]));
    expect(await seen()).toEqual([
      ["/a.log", 0, "one"],
      ["/a.log", 4, "two"],
      ["/b's file.log", 0, "\u00ff\0"],
    ]);
    expect(scripts).toHaveLength(2);
  });

  test("reads on where it was, in a file that was renamed too", async () => {
    write("a.log", "one\n");
    const before = await logs.files();
    renameSync(join(directory, "a.log"), join(directory, "a-old.log"));
    appendFileSync(join(directory, "a-old.log"), "two\n");
    write("a.log", "three\n");
    expect((await seen(before)).sort()).toEqual([
      ["/a-old.log", 4, "two"],
      ["/a.log", 0, "three"],
    ]);
  });

  test("a file that is rotated between the look and the reading is read where it is then", async () => {
    write("a.log", "one\n");
    meanwhile = () => {
      renameSync(join(directory, "a.log"), join(directory, "a-old.log"));
      write("a.log", "two\n");
    };
    expect((await seen()).sort()).toEqual([
      ["/a-old.log", 0, "one"],
      ["/a.log", 0, "two"],
    ]);
  });

  test("what is added between the look and the reading waits for the next look", async () => {
    write("a.log", "one\n");
    meanwhile = () => appendFileSync(join(directory, "a.log"), "two\n");
    expect(await seen()).toEqual([["/a.log", 0, "one"]]);
  });

  test("appends as a service would", async () => {
    await logs.append("a.log", Buffer.from("one\n"));
    await logs.append("a.log", Buffer.from("two\n"));
    expect(readFileSync(join(directory, "a.log"), "utf8")).toBe("one\ntwo\n");
  });
});
