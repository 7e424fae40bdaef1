import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPoll } from "../../../consumer/src/commands/shipper-metrics";
import { createLog } from "../../../consumer/src/log";
import { scanLogDirectory } from "../../../consumer/src/shipper/log-directory";
import { ShipperMetrics } from "../../../consumer/src/shipper/metrics";
import { RegistryError, RegistryReader } from "../../../consumer/src/shipper/registry";
import { UnshippedBytes } from "../../../consumer/src/shipper/unshipped";
import { parseShipperMetricsSettings } from "../../../contract/shipper-metrics-settings";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "log-pipeline-shipper-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const write = (name: string, content: string) => writeFileSync(at(name), content);
const NOW = Date.now();

describe("the log directory", () => {
  const counts = async () => {
    const { files, skipped } = await scanLogDirectory(folder, NOW);
    const found = Object.entries(skipped).filter(([, { count }]) => count > 0);
    return { matched: files.length, ...Object.fromEntries(found.map(([reason, { count }]) => [reason, count])) };
  };

  test("has files by inode and device, as Filebeat knows them", async () => {
    write("a.log", "one\n");
    const { ino, dev } = statSync(at("a.log"));
    expect((await scanLogDirectory(folder, NOW)).files).toEqual([
      { path: at("a.log"), identity: `${ino}-${dev}`, size: 4 },
    ]);
  });

  test("of file-rotatelogs: a link, and a file of another ending that is written", async () => {
    write("app.log.202611301200", "one\n");
    symlinkSync("app.log.202611301200", at("app.log"));
    expect(await counts()).toEqual({ matched: 0, symlink: 1, name: 1 });
  });

  test("with what was rotated under another ending long ago", async () => {
    write("app.log.1", "one\n");
    utimesSync(at("app.log.1"), NOW / 1000 - 3_600, NOW / 1000 - 3_600);
    write("app.log", "two\n");
    expect(await counts()).toEqual({ matched: 1, rotated: 1 });
  });

  test("with what is no file", async () => {
    mkdirSync(at("folder.log"));
    mkdirSync(at("lost+found"));
    execFileSync("mkfifo", [at("pipe.log")]);
    expect(await counts()).toEqual({ matched: 0, irregular: 2 });
  });

  // Root may read everything.
  (process.getuid?.() === 0 ? test.skip : test)("with a file that this user may not read", async () => {
    write("a.log", "one\n");
    chmodSync(at("a.log"), 0o000);
    expect(await counts()).toEqual({ matched: 0, unreadable: 1 });
  });

  test("names the first few of each reason", async () => {
    for (let n = 0; n < 9; n++) symlinkSync("nowhere", at(`${n}.log`));
    const { symlink } = (await scanLogDirectory(folder, NOW)).skipped;
    expect([symlink.count, symlink.examples.length]).toEqual([9, 3]);
  });
});

describe("Filebeat's registry", () => {
  const set = (id: number, file: string, offset: number | null, input = "app-logs", ttl = -1) =>
    [
      JSON.stringify({ op: "set", id }),
      JSON.stringify({
        k: `filestream::${input}::native::${file}`,
        v: {
          ttl,
          updated: [1, 2],
          cursor: offset === null ? null : { offset, eof: false },
          meta: { source: "/a.log" },
        },
      }),
      "",
    ].join("\n");
  const remove = (id: number, file: string) =>
    `{"op":"remove","id":${id}}\n{"k":"filestream::app-logs::native::${file}"}\n`;
  const checkpoint = (files: Record<string, number>) =>
    `[${Object.entries(files)
      .map(([file, offset]) => JSON.stringify({ _key: `filestream::app-logs::native::${file}`, cursor: { offset } }))
      .map((line) => `\n${line}`)
      .join(",")}\n]`;
  const offsets = async (reader: RegistryReader) => Object.fromEntries(await reader.refresh());

  let reader: RegistryReader;
  beforeEach(() => {
    write("meta.json", '{"version":"1"}');
    write("log.json", "");
    reader = new RegistryReader(folder, "app-logs");
  });

  test("is its log, of this input only", async () => {
    write("log.json", set(1, "7-1", null) + set(2, "8-1", 5) + set(3, "9-1", 4, "container-logs") + set(4, "7-1", 8));
    expect(await offsets(reader)).toEqual({ "7-1": 8, "8-1": 5 });
  });

  test("forgets what was removed, and what is to be", async () => {
    write("log.json", set(1, "7-1", 8) + set(2, "8-1", 5) + remove(3, "7-1") + set(4, "8-1", 5, "app-logs", 0));
    expect(await offsets(reader)).toEqual({});
  });

  test("is a checkpoint and what came after it", async () => {
    write("10.json", checkpoint({ "7-1": 8, "8-1": 5 }));
    write("log.json", set(9, "7-1", 1) + set(11, "8-1", 6));
    expect(await offsets(reader)).toEqual({ "7-1": 8, "8-1": 6 });
  });

  test("is read on where the last look ended, in the middle of a line as well", async () => {
    const second = set(2, "7-1", 80);
    write("log.json", set(1, "7-1", 8) + second.slice(0, 40));
    expect(await offsets(reader)).toEqual({ "7-1": 8 });
    appendFileSync(at("log.json"), second.slice(40));
    expect(await offsets(reader)).toEqual({ "7-1": 80 });
  });

  test("is read anew after a checkpoint emptied the log", async () => {
    write("log.json", set(1, "7-1", 8) + set(2, "8-1", 5));
    await reader.refresh();
    write("3.json", checkpoint({ "7-1": 9 }));
    write("log.json", set(4, "9-1", 1));
    expect(await offsets(reader)).toEqual({ "7-1": 9, "9-1": 1 });
  });

  test("of another version is refused", async () => {
    write("meta.json", '{"version":"2"}');
    await expect(reader.refresh()).rejects.toThrow(
      new RegistryError(`${folder} is of version 2, and not of version 1`),
    );
  });

  test("with a gap is refused, and read again when it is whole", async () => {
    write("log.json", set(1, "7-1", 8) + set(5, "7-1", 9));
    await expect(reader.refresh()).rejects.toThrow("jumps from operation 1 to 5");
    write("log.json", set(1, "7-1", 8));
    expect(await offsets(reader)).toEqual({ "7-1": 8 });
  });
});

describe("unshipped bytes", () => {
  const FILE = { path: "/a.log", identity: "7-1", size: 100 };
  const measure = (shipped: UnshippedBytes, size: number, offset: number, seconds: number) =>
    shipped.measure([{ ...FILE, size }], new Map([["7-1", offset]]), seconds * 1000);
  const whole = () => new UnshippedBytes(() => Promise.resolve(true));

  test("are none of a file that is shipped", async () => {
    expect(await measure(whole(), 100, 100, 5)).toEqual({ bytes: 0, seconds: 0 });
  });

  test("grow old while nothing is shipped, however much is written", async () => {
    const shipped = whole();
    await measure(shipped, 100, 40, 10);
    expect(await measure(shipped, 500, 40, 70)).toEqual({ bytes: 460, seconds: 60 });
  });

  test("are young again in a file that is shipped as it grows", async () => {
    const shipped = whole();
    await measure(shipped, 100, 40, 10);
    expect(await measure(shipped, 500, 100, 70)).toEqual({ bytes: 400, seconds: 0 });
  });

  test("are all of a file that was truncated, or is not in the registry", async () => {
    expect(await measure(whole(), 30, 100, 0)).toMatchObject({ bytes: 30 });
    expect(await whole().measure([FILE], new Map(), 0)).toMatchObject({ bytes: 100 });
  });

  test.each([
    ["half a line", "one\ntw", 0],
    ["empty lines", "one\n\n\r\n", 0],
    ["a whole line", "one\ntwo\n", 4],
    ["a whole line and half of the next", "one\ntwo\nthr", 7],
  ])("are those of whole lines that have content: %s", async (_, content, bytes) => {
    write("a.log", content);
    const file = { path: at("a.log"), identity: "7-1", size: content.length };
    expect(await new UnshippedBytes().measure([file], new Map([["7-1", 4]]), 0)).toMatchObject({ bytes });
  });
});

test("a look at a place where nothing is there is no failure", async () => {
  const metrics = new ShipperMetrics();
  const settings = parseShipperMetricsSettings({
    FILEBEAT_URL: "http://127.0.0.1:1",
    FILEBEAT_INPUT: "app-logs",
    FILEBEAT_REGISTRY: at("none"),
    LOG_DIRECTORY: at("none"),
  });
  await createPoll(settings, metrics, createLog("fatal"))();
  const text = await metrics.registry.metrics();
  for (const gauge of ["up", "directory_readable", "registry_readable"])
    expect(text.split("\n")).toContain(`log_shipper_${gauge} 0`);
});
