import { describe, expect, test } from "@jest/globals";
import { DEAD_LETTER_HEADER, type ReplayOutput } from "../../contract/dead-letter";
import { type Choice, choose } from "../../consumer/src/dead-letters/choose";
import { choiceOf, limitOf, timeOf } from "../../consumer/src/dead-letters/flags";
import { Places } from "../../consumer/src/dead-letters/places";
import { type DeadLetterRecord, readRecord, sourceOf } from "../../consumer/src/dead-letters/read";
import { RefusedAgain, replay } from "../../consumer/src/dead-letters/replay";
import { messageId } from "../../consumer/src/document/document-id";
import { type BulkRequest, BulkSender } from "../../consumer/src/elasticsearch/bulk-sender";
import { createLog } from "../../consumer/src/log";
import { Transform } from "../../consumer/src/pipeline/transform";
import { Retained } from "../support/retained";

const TIME = "2026-01-31T10:00:00.000Z";

interface Written {
  readonly place: string;
  readonly reason?: string;
  readonly time?: string;
  readonly topic?: string;
  readonly topicId?: string;
  readonly line?: object;
  readonly value?: Buffer | null;
  readonly replayed?: string;
  readonly partition?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A record as the consumer or a replay wrote it. */
function record({ place, partition = 0, ...more }: Written): DeadLetterRecord {
  const [own = "", offset = ""] = place.split("/");
  const headers = {
    ...(more.replayed === undefined
      ? {
          [DEAD_LETTER_HEADER.reason]: more.reason ?? "document-rejected",
          [DEAD_LETTER_HEADER.detail]: "why",
          [DEAD_LETTER_HEADER.time]: more.time ?? TIME,
        }
      : { [DEAD_LETTER_HEADER.replayed]: more.replayed }),
    [DEAD_LETTER_HEADER.topic]: more.topic ?? "app-logs",
    [DEAD_LETTER_HEADER.partition]: own,
    [DEAD_LETTER_HEADER.offset]: offset,
    ...(more.topicId === undefined ? {} : { [DEAD_LETTER_HEADER.topicId]: more.topicId }),
    ...more.headers,
  };
  const message = JSON.stringify({ message: JSON.stringify(more.line ?? { message: place }) });
  return readRecord({
    partition,
    writtenAt: 5_000,
    key: null,
    value: more.value === undefined ? Buffer.from(message) : more.value,
    headers: Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)] as const),
  });
}

const topicOf = (...written: Written[]) => {
  const records = written.map(record);
  return {
    records,
    count: () => Promise.resolve(records.length),
    async *read() {
      yield* await Promise.resolve(records);
    },
  };
};

async function places(choice: Choice, ...written: Written[]): Promise<string[]> {
  const chosen: string[] = [];
  for await (const { record: one } of choose(topicOf(...written), choice))
    chosen.push(`${one.letter.source.partition}/${one.letter.source.offset}`);
  return chosen;
}

describe("which dead letters are meant", () => {
  const ones: readonly Written[] = [
    { place: "0/1", line: { service_name: "orders" } },
    { place: "0/2", reason: "envelope-invalid", value: Buffer.from("no envelope") },
    { place: "1/1", reason: "document-too-large", time: "2026-01-31T12:00:00.000Z" },
    { place: "0/1", topic: "other", line: { service: { name: "payments" } } },
  ];
  test.each<[string, Choice, string[]]>([
    ["all", {}, ["0/1", "0/2", "1/1", "0/1"]],
    ["of a reason", { reasons: ["envelope-invalid"] }, ["0/2"]],
    ["of two reasons", { reasons: ["envelope-invalid", "document-too-large"] }, ["0/2", "1/1"]],
    ["of a service, by either of its names", { services: ["payments"] }, ["0/1"]],
    ["of a service, not what is of none", { services: ["orders"] }, ["0/1"]],
    ["before a time", { until: new Date("2026-01-31T12:00:00Z") }, ["0/1", "0/2", "0/1"]],
    ["of a topic", { topic: "app-logs" }, ["0/1", "0/2", "1/1"]],
    ["of a place", { place: { partition: 1, offset: "1" } }, ["1/1"]],
    ["of a reason and a service", { reasons: ["document-rejected"], services: ["payments"] }, ["0/1"]],
  ])("%s", async (_, choice, expected) => {
    expect(await places(choice, ...ones)).toEqual(expected);
  });

  test("each once, though a consumer that was killed has written it twice", async () => {
    expect(await places({}, { place: "0/1" }, { place: "0/2" }, { place: "0/1", partition: 2 })).toEqual([
      "0/1",
      "0/2",
    ]);
  });

  test("none that was replayed, wherever the note of it is, unless these are asked for", async () => {
    const written = [{ place: "0/1", replayed: TIME }, { place: "0/1", partition: 3 }, { place: "0/2" }];
    expect(await places({}, ...written)).toEqual(["0/2"]);
    expect(await places({ replayed: true }, ...written)).toEqual(["0/1", "0/2"]);
    // A note of another topic's message says nothing of this one.
    expect(await places({}, { place: "0/1" }, { place: "0/1", replayed: TIME, topic: "other" })).toEqual(["0/1"]);
  });
});

describe("of very many records", () => {
  test.each([1, 2, 3, 100])("the same ones are meant, with the places of %d at once", async (mostAtOnce) => {
    const written: Written[] = Array.from({ length: 30 }, (_, n) => ({ place: `${n % 2}/${n}` }));
    const topic = topicOf(
      { place: "1/3", replayed: TIME },
      ...written,
      { place: "0/4" },
      { place: "0/8", replayed: TIME },
    );
    const chosen: string[] = [];
    for await (const { record: one } of choose(topic, {}, mostAtOnce)) chosen.push(one.letter.source.offset);
    const expected = written.map((_, n) => String(n)).filter((offset) => offset !== "3" && offset !== "8");
    expect(chosen.toSorted()).toEqual(expected.toSorted());
  });

  test("none is kept once it has been taken", async () => {
    const retained = new Retained();
    const one = record({ place: "0/0" });
    const topic = {
      count: () => Promise.resolve(50_000),
      async *read() {
        for (let n = 0; n < 50_000; n++) {
          const source = { ...one.letter.source, offset: String(n) };
          const each = { ...one, letter: { ...one.letter, source } };
          // Some of them: to watch one costs more than to read it.
          yield n % 100 === 0 ? retained.watch(each) : each;
        }
      },
    };
    let newest = 0;
    for await (const { record: chosen } of choose(topic, {}))
      newest = Math.max(newest, Number(chosen.letter.source.offset));
    expect(newest).toBe(49_999);
    expect(await retained.count()).toBeLessThan(10);
  });
});

describe("places of messages", () => {
  const at = (offset: number, partition = 0) => ({ topic: "app-logs", partition, offset: String(offset) });

  test.each([1, 64, 2 ** 20, 2 ** 33])("keep very many that are %d apart", (apart) => {
    const places = new Places();
    for (let n = 0; n < 5_000; n++) places.set(at(n * apart), n);
    const found = Array.from({ length: 5_000 }, (_, n) => places.get(at(n * apart)));
    expect(found).toEqual(found.map((_, n) => n));
    expect([places.get(at(5_000 * apart)), places.get(at(0, 1))]).toEqual([undefined, undefined]);
  });
});

describe("dead letters at one place of a topic and of its successor", () => {
  const written = [{ place: "0/1" }, { place: "0/1", topicId: "t1" }, { place: "0/1", topicId: "t2" }];

  test("are as many letters", async () => {
    expect(await places({}, ...written)).toEqual(["0/1", "0/1", "0/1"]);
  });

  test.each([undefined, "t1", "t2"])("are done each by its own note (%s)", async (topicId) => {
    const note = { place: "0/1", replayed: TIME, ...(topicId === undefined ? {} : { topicId }) };
    expect(await places({}, ...written, note)).toEqual(["0/1", "0/1"]);
  });
});

describe("the message that a dead letter was", () => {
  test("has its place and Kafka's time of then", () => {
    const source = sourceOf(record({ place: "3/17", headers: { [DEAD_LETTER_HEADER.timestamp]: "1234" } }));
    expect(source).toMatchObject({ partition: 3, offset: 17, timestamp: 1234 });
  });

  test("has about that time, where it was not kept", () => {
    expect(sourceOf(record({ place: "3/17" })).timestamp).toBe(5_000);
  });
});

/** Elasticsearch, as far as a replay sees it. */
class Target {
  readonly documents = new Map<string, { readonly tags?: readonly string[]; readonly message?: string }>();
  refuses: (message: string) => boolean = () => false;
  requests = 0;

  readonly request: BulkRequest = (body) => {
    this.requests++;
    const lines = body.toString().trimEnd().split("\n");
    const items = Array.from({ length: lines.length / 2 }, (_, n) => {
      const { create } = JSON.parse(lines[2 * n]!) as { create: { _id: string } };
      const document = JSON.parse(lines[2 * n + 1]!) as { message: string };
      if (this.refuses(document.message)) return { create: { status: 400, error: { type: "t", reason: "no" } } };
      const status = this.documents.has(create._id) ? 409 : 201;
      if (status === 201) this.documents.set(create._id, document);
      return { create: { status } };
    });
    return Promise.resolve({ status: 200, body: JSON.stringify({ items }) });
  };
}

describe("a replay", () => {
  async function run(
    topic: ReturnType<typeof topicOf>,
    target: Target,
    more: { dryRun?: boolean; failNotes?: boolean } = {},
  ) {
    const refused = new RefusedAgain();
    const outputs: ReplayOutput[] = [];
    const observer = { answered: () => undefined, retried: () => undefined };
    const sender = new BulkSender(target.request, refused, { initialMs: 1, maxMs: 2 }, observer, createLog("silent"));
    await replay(choose(topic, {}), {
      transform: new Transform("app-logs", "logs-app-local"),
      ...(more.dryRun ? {} : { sender }),
      refused,
      notes: {
        note: (replayed, at) => {
          if (more.failNotes) return Promise.reject(new Error("killed"));
          for (const { partition, letter } of replayed) {
            const { source } = letter;
            const place = `${source.partition}/${source.offset}`;
            const topicId = source.topicId === undefined ? {} : { topicId: source.topicId };
            topic.records.push(record({ place, partition, replayed: at.toISOString(), ...topicId }));
          }
          return Promise.resolve();
        },
      },
      stepSignal: () => AbortSignal.timeout(500),
      write: (output) => Promise.resolve(void outputs.push(output)),
    });
    return { sum: outputs.at(-1), refused: outputs.slice(0, -1) };
  }
  const three = () =>
    topicOf({ place: "0/1", topicId: "t1" }, { place: "0/2", value: Buffer.from("none") }, { place: "1/5" });
  const invalid = {
    kind: "refused",
    refused: {
      source: { partition: 0, offset: "2" },
      reason: "envelope-invalid",
      detail: expect.stringContaining("not JSON") as unknown,
    },
  };

  test("that is dry sends and notes nothing, and tells what cannot be sent", async () => {
    const [topic, target] = [three(), new Target()];
    expect(await run(topic, target, { dryRun: true })).toEqual({
      refused: [invalid],
      sum: { kind: "sum", dryRun: true, indexed: 2, refused: 1 },
    });
    expect([target.requests, topic.records.length]).toEqual([0, 3]);
  });

  test("gives each line the id that the consumer gave it, with or without its topic's id, and a tag", async () => {
    const [topic, target] = [three(), new Target()];
    expect((await run(topic, target)).sum).toEqual({ kind: "sum", dryRun: false, indexed: 2, refused: 1 });
    expect([...target.documents.keys()]).toEqual([
      messageId("app-logs", "t1", 0, 1),
      messageId("app-logs", undefined, 1, 5),
    ]);
    expect([...target.documents.values()].map(({ tags }) => tags)).toEqual([["replayed"], ["replayed"]]);
  });

  test("after another has nothing left to do but what was refused", async () => {
    const [topic, target] = [three(), new Target()];
    target.refuses = (message) => message === "0/1";
    const first = await run(topic, target);
    expect(first.refused).toEqual([
      invalid,
      {
        kind: "refused",
        refused: { source: { partition: 0, offset: "1" }, reason: "document-rejected", detail: "status 400; t: no" },
      },
    ]);
    expect(first.sum).toMatchObject({ indexed: 1, refused: 2 });
    target.refuses = () => false;
    expect((await run(topic, target)).sum).toMatchObject({ indexed: 1, refused: 1 });
    expect((await run(topic, target)).sum).toMatchObject({ indexed: 0, refused: 1 });
    expect(target.documents.size).toBe(2);
  });

  test("notes what is indexed of two letters at one place, and not what is refused", async () => {
    const topic = topicOf(
      { place: "0/1", topicId: "t1", line: { message: "refused" } },
      { place: "0/1", topicId: "t2", line: { message: "fine" } },
    );
    const target = new Target();
    target.refuses = (message) => message === "refused";
    expect((await run(topic, target)).sum).toMatchObject({ indexed: 1, refused: 1 });
    expect(topic.records.slice(2).map(({ letter }) => letter.source.topicId)).toEqual(["t2"]);
  });

  test("that ends before it has noted what it did is done once more, and indexes nothing twice", async () => {
    const [topic, target] = [three(), new Target()];
    await expect(run(topic, target, { failNotes: true })).rejects.toThrow("killed");
    expect(target.documents.size).toBe(2);
    expect((await run(topic, target)).sum).toMatchObject({ indexed: 2 });
    expect(target.documents.size).toBe(2);
  });

  test("of more than a request takes is several, and each is noted when it is done", async () => {
    const topic = topicOf(...Array.from({ length: 2_500 }, (_, n) => ({ place: `0/${n}` })));
    const target = new Target();
    expect((await run(topic, target)).sum).toMatchObject({ indexed: 2_500, refused: 0 });
    expect([target.requests, target.documents.size, topic.records.length]).toEqual([3, 2_500, 5_000]);
  });

  test("ends where Elasticsearch takes nothing for too long", async () => {
    const [topic, target] = [three(), new Target()];
    const sick = Object.assign(target, { request: () => Promise.resolve({ status: 503, body: "{}" }) });
    await expect(run(topic, sick)).rejects.toMatchObject({ name: "TimeoutError" });
    expect(topic.records).toHaveLength(3);
  });
});

describe("what the command line says", () => {
  test("is understood", () => {
    expect(choiceOf({})).toEqual({});
    expect(
      choiceOf({ reason: ["document-rejected"], service: ["orders"], at: "3/17", until: "2026-01-31T10:00:00Z" }),
    ).toEqual({
      reasons: ["document-rejected"],
      services: ["orders"],
      place: { partition: 3, offset: "17" },
      until: new Date(TIME),
    });
    expect([limitOf(undefined), limitOf("3"), timeOf("since", undefined)]).toEqual([Infinity, 3, undefined]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "reason",
      () => choiceOf({ reason: ["bad"] }),
      "--reason (bad) must be one of envelope-invalid, document-rejected, document-too-large",
    ],
    ["place", () => choiceOf({ at: "3" }), "--at (3) must be <partition>/<offset>, such as 3/1742"],
    ["time", () => timeOf("until", "soon"), "--until (soon) must be a time such as 2026-01-31T10:00:00Z"],
    ["limit", () => limitOf("0"), "--limit (0) must be a whole number of at least 1"],
  ])("a wrong %s is told", (_, read, message) => {
    expect(read).toThrow(message);
  });
});
