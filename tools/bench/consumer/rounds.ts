import { sleep } from "../../../consumer/src/backoff";
import { UserError } from "../../lib/user-error";
import type { Backlogs } from "./backlog";
import type { Bed } from "./bed";
import type { Contender } from "./contenders";
import type { ContainerSpec, Engine } from "./engine";
import type { Drain, Latency, Outage } from "./results";
import { streamOf, type Target } from "./target";

const POLL_MS = 200;
/** Nobody is so slow; who brings nothing for so long has stopped. */
const STALLED_MS = 60_000;
/** As in the image's entrypoint. */
const HEAP = ["--max-semi-space-size=16", "--max-old-space-size=88"] as const;
/** Samples every half a millisecond. */
const PROFILER = ["--cpu-prof", "--cpu-prof-dir=/profile", "--cpu-prof-interval=500"] as const;

/** Measures one contender at a time, each in containers of its own that are gone afterwards. */
export class Rounds {
  private groups = 0;

  constructor(
    private readonly engine: Engine,
    private readonly bed: Bed,
    private readonly backlogs: Backlogs,
    private readonly signal: AbortSignal,
  ) {}

  /** From the start of the contender until all of a topic has reached the sink. */
  async drain(contender: Contender, topic: string, messages: number, sample = 0, capture = 0): Promise<Drain> {
    await this.bed.order({ sample, capture });
    return this.during(contender, this.target(topic), async (specs, startedAt) => {
      const resident: number[] = [0, 0, 0, 0];
      let lookedAt = 0;
      const state = await this.untilSink(contender, async ({ documents }) => {
        if (Date.now() - lookedAt > 1_000) {
          lookedAt = Date.now();
          const quarter = Math.min(3, Math.floor((documents / messages) * 4));
          resident[quarter] = Math.max(resident[quarter]!, (await this.usage(specs)).residentBytes);
        }
        return documents >= messages;
      });
      const usage = await this.usage(specs);
      return {
        documents: state.documents,
        bytes: state.bytes,
        seconds: (state.lastAt - state.firstAt) / 1000,
        startSeconds: (state.firstAt - startedAt) / 1000,
        cpuSeconds: usage.cpuSeconds,
        peakBytes: usage.peakBytes,
        residentByQuarter: resident,
      };
    });
  }

  /** Reads the whole backlog once more with V8's profiler. @param folder receives what it writes */
  async profile(contender: Contender, topic: string, messages: number, folder: string): Promise<void> {
    await this.bed.order({});
    const profiled: Contender = {
      ...contender,
      containers: (target) =>
        contender.containers(target).map((spec) => ({
          ...spec,
          user: "0",
          entrypoint: "node",
          command: [...PROFILER, ...HEAP, "/app/main.js", "run"],
          mounts: { [folder]: "/profile" },
        })),
    };
    await this.during(profiled, this.target(topic), async (specs) => {
      await this.untilSink(profiled, ({ documents }) => Promise.resolve(documents >= messages));
      for (const { name } of specs) await this.engine.stop(name);
    });
  }

  /** How old documents are when they come, under a steady rate. @param seconds measured, after as many of warming up as half of it */
  async latency(contender: Contender, rate: number, partitions: number, seconds: number): Promise<Latency> {
    const topic = `latency-${contender.id}-${++this.groups}`;
    await this.backlogs.makeTopic(topic, partitions);
    const stop = new AbortController();
    await this.bed.order({});
    const latency = await this.during(contender, this.target(topic), async () => {
      const streaming = this.backlogs.stream(topic, partitions, rate, this.groups, stop.signal);
      await this.untilSink(contender, ({ documents }) => Promise.resolve(documents > 0));
      await sleep((seconds / 2) * 1000);
      await this.bed.order({ ages: true });
      await sleep(seconds * 1000);
      const { ages, documents } = await this.bed.sink();
      stop.abort();
      await streaming;
      const sorted = [...ages].sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      return { rate, reached: documents / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
    }).finally(() => stop.abort());
    await this.backlogs.removeTopic(topic);
    return latency;
  }

  /** How long it takes to be at the end again, while what caused the backlog goes on. */
  async outage(
    contender: Contender,
    topic: string,
    partitions: number,
    rate: number,
    seconds: number,
  ): Promise<Outage> {
    const target = this.target(topic);
    const behind = rate * seconds;
    await this.backlogs.placeGroup(target.group, topic, partitions, behind);
    const stop = new AbortController();
    await this.bed.order({});
    return this.during(contender, target, async (_, startedAt) => {
      const streaming = this.backlogs.stream(topic, partitions, rate, 1_000 + this.groups, stop.signal);
      await this.untilSink(contender, ({ documents }) => {
        const due = behind + rate * ((Date.now() - startedAt) / 1000);
        // At the end is: no more than a second behind.
        return Promise.resolve(documents >= due - rate);
      });
      const caughtUp = (Date.now() - startedAt) / 1000;
      stop.abort();
      await streaming;
      return { rate, outageSeconds: seconds, catchUpSeconds: caughtUp };
    }).finally(() => stop.abort());
  }

  /** Of a run: its containers are there until it ends, and if they end before, it fails. */
  async during<T>(
    contender: Contender,
    target: Target,
    work: (specs: readonly ContainerSpec[], startedAt: number) => Promise<T>,
  ): Promise<T> {
    const specs = contender.containers(target);
    const startedAt = Date.now();
    try {
      for (const spec of specs) await this.engine.start(spec);
      return await work(specs, startedAt);
    } finally {
      for (const spec of specs) await this.engine.remove(spec.name);
    }
  }

  target(topic: string, url = this.bed.sinkUrl, stream = streamOf("local")): Target {
    return { brokers: this.bed.brokers, topic, group: `bench-${++this.groups}-${Date.now()}`, url, stream };
  }

  async usage(specs: readonly ContainerSpec[]) {
    const usages = await Promise.all(specs.map(({ name }) => this.engine.usage(name)));
    const sum = (of: (usage: (typeof usages)[number]) => number): number =>
      usages.reduce((total, usage) => total + of(usage), 0);
    return {
      cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
      peakBytes: sum(({ peakBytes }) => peakBytes),
      residentBytes: sum(({ residentBytes }) => residentBytes),
    };
  }

  private async untilSink(
    contender: Contender,
    enough: (state: Awaited<ReturnType<Bed["sink"]>>) => Promise<boolean>,
  ): Promise<Awaited<ReturnType<Bed["sink"]>>> {
    let last = { documents: 0, at: Date.now() };
    for (;;) {
      this.signal.throwIfAborted();
      const state = await this.bed.sink();
      if (await enough(state)) return state;
      if (state.documents > last.documents) last = { documents: state.documents, at: Date.now() };
      if (Date.now() - last.at > STALLED_MS) {
        const [spec] = contender.containers(this.target("none"));
        throw new UserError(
          `${contender.name} has stopped at ${state.documents} documents; the end of its log:\n${await this.engine.logs(spec!.name)}`,
        );
      }
      await sleep(POLL_MS);
    }
  }
}
