import { z } from "zod";

const count = z.number().min(0);

/** The part of `/stats` that tells whether lines leave Filebeat. */
const statsSchema = z.object({
  beat: z.object({ info: z.object({ ephemeral_id: z.string(), uptime: z.object({ ms: count }) }) }),
  libbeat: z.object({
    output: z.object({ events: z.object({ total: count, acked: count, failed: count, dropped: count }) }),
    // The Kafka client counts bytes here and not below `output`, from its first connection on.
    outputs: z.object({ write: z.object({ bytes: count.default(0) }).prefault({}) }).prefault({}),
    pipeline: z.object({ queue: z.object({ filled: z.object({ pct: count }) }) }),
  }),
});

/** Counters count from the start of the process that `process` names. */
export interface FilebeatStats {
  readonly process: string;
  readonly uptimeSeconds: number;
  /** Events that the output is through with: delivered, dropped, or failed on an open circuit breaker. */
  readonly acked: number;
  /** Events that will be sent again. */
  readonly failed: number;
  /** Events that Kafka refused for good. They are among `acked`, too. */
  readonly dropped: number;
  /**
   * Events handed to Kafka's client and not yet answered. Filebeat's own `active` subtracts a dropped event twice, and wraps
   * below 0.
   */
  readonly active: number;
  readonly writtenBytes: number;
  /** 0 to 1. */
  readonly queueFilled: number;
}

/** @throws ZodError if the answer is not Filebeat's */
export function parseFilebeatStats(json: unknown): FilebeatStats {
  const { beat, libbeat } = statsSchema.parse(json);
  const { total, acked, failed, dropped } = libbeat.output.events;
  return {
    process: beat.info.ephemeral_id,
    uptimeSeconds: beat.info.uptime.ms / 1000,
    acked,
    failed,
    dropped,
    active: Math.max(0, total - acked - failed),
    writtenBytes: libbeat.outputs.write.bytes,
    queueFilled: libbeat.pipeline.queue.filled.pct,
  };
}

/** @throws Error if Filebeat does not answer within `timeoutMs` */
export async function fetchFilebeatStats(url: string, timeoutMs: number): Promise<FilebeatStats> {
  const response = await fetch(new URL("/stats", url), { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return parseFilebeatStats(await response.json());
}
