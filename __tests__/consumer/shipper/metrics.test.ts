import { beforeEach, describe, expect, test } from "@jest/globals";
import { type FilebeatStats, parseFilebeatStats } from "../../../consumer/src/shipper/filebeat-stats";
import { SKIP_REASONS } from "../../../consumer/src/shipper/log-directory";
import { ShipperMetrics } from "../../../consumer/src/shipper/metrics";
import { UnwrittenEvents } from "../../../consumer/src/shipper/unwritten-events";

/** As Filebeat 9.3 answers. */
const answer = (events: object, outputs?: object) => ({
  beat: { info: { ephemeral_id: "one", uptime: { ms: 7_754 } } },
  libbeat: {
    output: { events: { acked: 0, failed: 0, dropped: 0, total: 0, ...events }, write: { bytes: 0, errors: 0 } },
    ...(outputs ? { outputs } : {}),
    pipeline: { queue: { filled: { pct: 0.25 } } },
  },
});

describe("Filebeat's answer", () => {
  test("before the first connection to Kafka has no bytes", () => {
    expect(parseFilebeatStats(answer({}))).toEqual({
      process: "one",
      uptimeSeconds: 7.754,
      acked: 0,
      failed: 0,
      dropped: 0,
      active: 0,
      writtenBytes: 0,
      queueFilled: 0.25,
    });
  });

  test("has the bytes where the Kafka client counts them", () => {
    expect(parseFilebeatStats(answer({}, { write: { bytes: 8_178 } })).writtenBytes).toBe(8_178);
  });

  test("of dropped events has a gauge of its own below 0, which is not used", () => {
    const events = { acked: 220, dropped: 220, active: 2 ** 63 - 220, total: 250 };
    expect(parseFilebeatStats(answer(events)).active).toBe(30);
  });
});

describe("events that no bytes explain", () => {
  const step = (acked: number, writtenBytes: number, active = 0, dropped = 0) => ({
    acked,
    writtenBytes,
    active,
    dropped,
  });

  /** Progress between two looks, as measured against a broker that answers so. */
  test.each([
    ["takes everything", [step(220, 8_178), step(300, 14_442), step(290, 17_066), step(290, 10_660)], 0],
    ["refuses to write", [step(220, 12_447, 0, 220), step(300, 16_295, 0, 300), step(280, 11_582, 0, 280)], 0],
    [
      "refuses to describe, which opens the breaker",
      [step(0, 249, 237, 3), step(0, 35, 326, 1), step(240, 0, 86)],
      201,
    ],
  ])("where a broker %s", (_, steps, expected) => {
    const events = new UnwrittenEvents();
    expect(steps.reduce((sum, progress) => sum + events.observe(progress), 0)).toBe(expected);
  });

  test("are not those that were written before and answered later", () => {
    const events = new UnwrittenEvents();
    expect([events.observe(step(0, 100_000, 2_000)), events.observe(step(2_000, 0))]).toEqual([0, 0]);
  });

  test("are not explained by bytes of what was answered long ago", () => {
    const events = new UnwrittenEvents();
    events.observe(step(2_000, 1_000_000));
    expect(events.observe(step(100, 0))).toBe(100);
  });
});

describe("the metrics", () => {
  const STATS: FilebeatStats = {
    process: "one",
    uptimeSeconds: 5,
    acked: 10,
    failed: 2,
    dropped: 1,
    active: 0,
    writtenBytes: 1_000,
    queueFilled: 0,
  };
  let metrics: ShipperMetrics;
  const values = async () =>
    Object.fromEntries(
      (await metrics.registry.metrics())
        .split("\n")
        .flatMap((line) => /^log_shipper_(\S+) (\S+)$/.exec(line)?.slice(1, 3) ?? [])
        .reduce<[string, number][]>((all, text, n, list) => {
          if (n % 2 === 0) all.push([text, Number(list[n + 1])]);
          return all;
        }, []),
    ) as Record<string, number>;

  beforeEach(() => {
    metrics = new ShipperMetrics();
  });

  test("count from the first look on", async () => {
    metrics.setFilebeat(STATS);
    expect(await values()).toMatchObject({ up: 1, events_acked_total: 0, events_dropped_total: 0 });
    metrics.setFilebeat({ ...STATS, acked: 15, dropped: 4, writtenBytes: 2_000 });
    expect(await values()).toMatchObject({ events_acked_total: 5, events_dropped_total: 3, written_bytes_total: 1000 });
  });

  test("go on over a restart of Filebeat, and count it", async () => {
    metrics.setFilebeat(STATS);
    metrics.setFilebeat({ ...STATS, process: "two", acked: 7 });
    expect(await values()).toMatchObject({ restarts_total: 1, events_acked_total: 7, events_failed_total: 2 });
  });

  test("say that Filebeat does not answer, and lose nothing by it", async () => {
    metrics.setFilebeat(STATS);
    metrics.setFilebeat(undefined);
    expect(await values()).toMatchObject({ up: 0 });
    metrics.setFilebeat({ ...STATS, acked: 11 });
    expect(await values()).toMatchObject({ up: 1, restarts_total: 0, events_acked_total: 1 });
  });

  test("have no value for what cannot be seen", async () => {
    metrics.setUnshipped({ bytes: 5, seconds: 60 });
    expect(await values()).toMatchObject({ registry_readable: 1, unshipped_bytes: 5, unshipped_seconds: 60 });
    metrics.setUnshipped(undefined);
    const after = await values();
    expect(after["registry_readable"]).toBe(0);
    expect(Object.keys(after).filter((name) => name.startsWith("unshipped"))).toEqual([]);
  });

  test("have every reason for which a file is skipped, and no label of a file", async () => {
    const none = { count: 0, examples: [] };
    const skipped = Object.fromEntries(SKIP_REASONS.map((reason) => [reason, none])) as never;
    metrics.setFiles({ files: [], skipped });
    const names = Object.keys(await values()).filter((name) => name.startsWith("files_skipped"));
    expect(names).toEqual(SKIP_REASONS.map((reason) => `files_skipped{reason="${reason}"}`));
  });
});
