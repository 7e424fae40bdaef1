import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { appendFileSync, copyFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../../tools/faults/eventually";
import { Exercise } from "../../tools/files/exercise";
import { ShipperBed } from "../../tools/files/shipper-bed";
import type { ShippedDocument } from "../../tools/files/shipped";

const minutes = Number(process.env["FILES_MINUTES"] ?? 2);
const seed = Number(process.env["FILES_SEED"] || 1 + Math.floor(Math.random() * 1e6));

let bed: ShipperBed;

beforeAll(async () => {
  bed = await ShipperBed.start(process.env["FILES_BED"] ?? "files");
});

afterAll(() => bed?.stop());

const path = (file: string) => join(bed.logs, file);
const json = (fields: object) => `${JSON.stringify(fields)}\n`;
const TIME = "2026-01-31T10:00:00.000Z";

/** Documents whose message begins with a word. */
async function documentsOf(word: string): Promise<ShippedDocument[]> {
  return (await bed.shipped.documents()).filter(({ message }) => message.startsWith(word));
}

async function arrive(word: string, count: number, forMs = 60_000): Promise<ShippedDocument[]> {
  await eventually(`${count} documents of ${word}`, forMs, async () => (await documentsOf(word)).length >= count);
  return documentsOf(word);
}

/** After which everything that Filebeat knows, and will ship again, has come. */
async function shipEverythingAgain(): Promise<void> {
  const before = bed.shipped.events;
  const { length } = await bed.shipped.documents();
  await bed.loseRegistry();
  await eventually("everything is shipped again", 120_000, async () => {
    await bed.shipped.read();
    return bed.shipped.events >= before + length;
  });
}

test("files that begin alike are all read, whatever they begin with", async () => {
  const beginning = {
    amount_cents: 1999,
    client_ip: "172.18.0.7",
    item: "book",
    level: "info",
    service_name: "orders",
  };
  for (const file of [0, 1])
    for (let line = 0; line < 200; line++)
      appendFileSync(
        path(`equal-${file}.log`),
        json({ ...beginning, timestamp: TIME, message: `equal ${file} ${line}` }),
      );
  expect(new Set((await arrive("equal", 400)).map(({ message }) => message)).size).toBe(400);
});

test("a file of one line of one byte is read at once, and keeps its identity as it grows", async () => {
  writeFileSync(path("tiny.log"), "t\n");
  await eventually("the first line is shipped", 30_000, async () =>
    (await documentsOf("t")).some((one) => one.message === "t"),
  );
  await bed.crash(() => appendFileSync(path("tiny.log"), `tiny ${"x".repeat(2000)}\n`));
  await arrive("tiny", 1);
  await shipEverythingAgain();
  expect((await bed.shipped.documents()).filter((one) => one.path.endsWith("/tiny.log"))).toHaveLength(2);
});

test("two runs of a job that begin alike, without a time, are all documents", async () => {
  for (const hour of ["10", "11"])
    writeFileSync(path(`run-2026-11-30T${hour}-00-00.log`), `backup started\n${json({ message: "backup of db" })}`);
  expect(await arrive("backup", 4)).toHaveLength(4);
});

test("copytruncate with a dated copy that keeps the ending: every line is one document", async () => {
  const write = (from: number, to: number) => {
    for (let n = from; n < to; n++)
      appendFileSync(path("copied.log"), json({ timestamp: TIME, message: `copied ${n}` }));
  };
  write(0, 200);
  await arrive("copied", 200);
  copyFileSync(path("copied.log"), path("copied-20261130.log"));
  truncateSync(path("copied.log"));
  write(200, 300);
  await arrive("copied", 300);
  await eventually("the copy is shipped as well", 30_000, async () =>
    (await bed.shipped.documents()).some((one) => one.path.endsWith("/copied-20261130.log")),
  );
  await shipEverythingAgain();
  expect(await documentsOf("copied")).toHaveLength(300);
});

test("a panic is one document in the service's name, between the lines around it", async () => {
  const trace = "goroutine 1 [running]:\nmain.main()\n\t/app/main.go:10 +0x1d";
  appendFileSync(
    path("crashing-0.log"),
    `${json({ timestamp: TIME, message: "panics next" })}panic: panics here\n\n${trace}\n${json({ timestamp: TIME, message: "panics no more" })}`,
  );
  await arrive("panic", 3);
  const text = (await bed.shipped.documents()).find(({ message }) => message.startsWith("panic: "));
  expect(text).toMatchObject({ message: `panic: panics here\n\n${trace}`, service: "crashing" });
});

test("300 lines of 1 MiB are shipped within the memory of the environment", async () => {
  const restarts = await bed.restarts();
  for (let n = 0; n < 300; n++)
    appendFileSync(path("long.log"), json({ timestamp: TIME, message: `long ${n} ${"x".repeat(1024 * 1024 - 100)}` }));
  expect(await arrive("long", 300, 180_000)).toHaveLength(300);
  expect(await bed.restarts()).toBe(restarts);
  rmSync(path("long.log"));
});

test("3,000 finished files are shipped within the memory of the environment", async () => {
  const restarts = await bed.restarts();
  for (let file = 0; file < 3000; file++) {
    const lines = [0, 1, 2].map((line) => json({ timestamp: TIME, message: `finished ${file} ${line}` }));
    writeFileSync(path(`finished-${file}.log`), lines.join(""));
  }
  expect(await arrive("finished", 9000, 600_000)).toHaveLength(9000);
  expect(await bed.restarts()).toBe(restarts);
  for (let file = 0; file < 3000; file++) rmSync(path(`finished-${file}.log`));
}, 900_000);

test("lines that trickle in while Kafka refuses connections for 60 s are all shipped", async () => {
  let line = 0;
  // Each from a file of its own, so that every partition looks for its broker.
  const write = () =>
    appendFileSync(path(`trickle-${line % 12}.log`), json({ timestamp: TIME, message: `trickle ${line++}` }));
  for (let n = 0; n < 24; n++) write();
  await arrive("trickle", 24);
  await bed.stopKafka(async () => {
    for (const until = Date.now() + 60_000; Date.now() < until; await pause(250)) write();
  });
  for (let n = 0; n < 24; n++) write();
  await arrive("trickle", line, 120_000).catch(() => undefined); // What is missing is told below.
  const found = new Set((await documentsOf("trickle")).map(({ message }) => message));
  expect(Array.from({ length: line }, (_, n) => `trickle ${n}`).filter((message) => !found.has(message))).toEqual([]);
});

test("a file made anew under the same inode while Filebeat is away is the stated exception", async () => {
  // Emptied and written to again, which is the same to Filebeat and does not depend on the file system's choice of inodes.
  writeFileSync(path("reused.log"), `${json({ timestamp: TIME, message: "reused first" })}`);
  await arrive("reused", 1);
  await bed.crash(() => {
    truncateSync(path("reused.log"));
    for (const n of [1, 2]) appendFileSync(path("reused.log"), json({ timestamp: TIME, message: `reused again ${n}` }));
  });
  // Filebeat goes on where it was in the file before: the first line of the new one is cut off.
  await eventually(
    "the second line is shipped",
    60_000,
    async () => (await documentsOf("reused again 2")).length === 1,
  );
  expect(await documentsOf("reused again 1")).toEqual([]);
});

test(
  `every line of a random sequence is one document: seed ${seed}, ${minutes} min`,
  async () => {
    const account = await new Exercise(bed, seed).run(minutes * 60_000, (line) => process.stderr.write(`${line}\n`));
    process.stderr.write(`${JSON.stringify(account)}\n`);
    expect(account).toMatchObject({ lost: [], doubled: [], restarts: 0 });
  },
  (minutes + 10) * 60_000,
);
