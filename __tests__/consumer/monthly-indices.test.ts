import { describe, expect, test } from "@jest/globals";
import type { BulkRequest } from "../../consumer/src/elasticsearch/bulk-sender";
import { MonthlyIndices } from "../../consumer/src/elasticsearch/monthly-indices";
import { guarded } from "../../consumer/src/elasticsearch/template-guard";
import { Transform } from "../../consumer/src/pipeline/transform";

const NOW = Date.UTC(2026, 0, 31, 12);
const DAY_MS = 86_400_000;

const at = (time: number | string) => {
  const milliseconds = new Date(time).getTime();
  return { text: new Date(milliseconds).toISOString(), milliseconds };
};
const indexOf = (timestamp: number | string, created: number | string = NOW, indices = new MonthlyIndices()) =>
  indices.indexOf({ timestamp: at(timestamp), created: at(created) }, NOW);

describe("a line goes to the index of the month", () => {
  test.each<[string, number | string, string]>([
    ["of its time, to its first millisecond", "2025-12-01T00:00:00.000Z", "logs-2025-12"],
    ["of its time, to its last millisecond", "2025-12-31T23:59:59.999Z", "logs-2025-12"],
    ["by UTC, whatever zone it was written in", "2026-01-01T01:30:00+02:00", "logs-2025-12"],
    ["of a time 400 days ago", NOW - 400 * DAY_MS, "logs-2024-12"],
    ["of a time a day ahead", NOW + DAY_MS, "logs-2026-02"],
  ])("%s", (_, timestamp, name) => {
    expect(indexOf(timestamp)).toBe(name);
  });

  test.each([NOW - 400 * DAY_MS - 1, NOW + DAY_MS + 1, 0])(
    "in which it was read, where its time (%d) cannot be",
    (time) => {
      expect(indexOf(time, "2025-11-30T10:00:00Z")).toBe("logs-2025-11");
    },
  );

  test("in which it is indexed, where no time can be", () => {
    expect(indexOf(0, 0)).toBe("logs-2026-01");
    expect(indexOf(0, NOW + 2 * DAY_MS)).toBe("logs-2026-01");
  });

  test("of each line, in any order", () => {
    const indices = new MonthlyIndices();
    const times = ["2026-01-31T00:00:00Z", "2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"];
    expect(times.map((time) => indexOf(time, NOW, indices))).toEqual([
      "logs-2026-01",
      "logs-2025-12",
      "logs-2026-01",
      "logs-2026-02",
    ]);
  });
});

describe("the action of a document", () => {
  const value = Buffer.from(
    JSON.stringify({
      "@timestamp": "2026-01-31T10:00:00Z",
      message: JSON.stringify({ timestamp: "2025-12-31T23:59:59.5Z", msg: "m" }),
      log: { offset: 7, file: { path: "/a.log" } },
    }),
  );
  const record = { topicId: "t1", partition: 0, offset: 1, key: null, value, timestamp: 0 };
  const actionOf = (transform: Transform) => {
    const result = transform.apply(record, NOW);
    const [action = ""] = "lines" in result ? result.lines.split("\n") : [];
    return (JSON.parse(action) as { create: Record<string, string> }).create;
  };

  test("names its monthly index, and creates under the id that it has in a stream", () => {
    const { _id: id } = actionOf(new Transform("app-logs", "logs-app-test"));
    expect(id).toMatch(/^[\w-]{22}$/);
    const monthly = new Transform("app-logs", "logs-app-test", new MonthlyIndices());
    expect(actionOf(monthly)).toEqual({ _index: "logs-2025-12", _id: id });
  });
});

describe("a request with an index that is new", () => {
  function guardedWith(missing: (string | undefined)[]) {
    const indices = new MonthlyIndices();
    const sent: string[] = [];
    let asked = 0;
    const send: BulkRequest = async (body) => (sent.push(body.toString()), { status: 200, body: "{}" });
    const request = guarded(send, indices, { missing: async () => missing[asked++] });
    return { indices, sent, request: (body: string) => request(Buffer.from(body)), asked: () => asked };
  }

  test("is not sent while the template is missing, and the sender is told so", async () => {
    const { indices, sent, request } = guardedWith(["the index template 'logs-monthly'", undefined]);
    indexOf(NOW, NOW, indices);
    const answer = await request("one");
    expect([answer.status, answer.body, sent]).toEqual([404, expect.stringContaining("logs-monthly"), []]);
    expect(await request("one")).toMatchObject({ status: 200 });
    expect(sent).toEqual(["one"]);
  });

  test("asks once for each month", async () => {
    const { indices, sent, request, asked } = guardedWith([]);
    for (const time of [NOW, NOW, NOW - 40 * DAY_MS, NOW]) {
      indexOf(time, NOW, indices);
      await request("body");
    }
    expect([asked(), sent.length]).toEqual([2, 4]);
  });

  test("that was named while it was asked about another is asked about as well", async () => {
    const indices = new MonthlyIndices();
    let asked = 0;
    const missing = async () => {
      if (asked++ === 0) indexOf(NOW - 40 * DAY_MS, NOW, indices);
      return undefined;
    };
    const request = guarded(async () => ({ status: 200, body: "{}" }), indices, { missing });
    indexOf(NOW, NOW, indices);
    await request(Buffer.from("one"));
    await request(Buffer.from("two"));
    expect([asked, indices.unconfirmed]).toEqual([2, []]);
  });
});
