import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { recipeTag, type RecipeName } from "../../../images/recipes";
import { Workshop } from "../../images/workshop";
import { progressLine } from "../../lib/progress-line";
import { LOCAL_DIR, ROOT } from "../../lib/paths";
import { UserError } from "../../lib/user-error";
import type { LocalSettings } from "../../lib/local-settings";
import { type Backlog, Backlogs } from "./backlog";
import { Bed } from "./bed";
import { type Contender, type ContenderId, contenders } from "./contenders";
import { Engine } from "./engine";
import { median, rateOf } from "./figures";
import { fieldsOf, missingFields } from "./compare-fields";
import { Indexers } from "./indexers";
import { profileShares } from "./profile";
import type { Drain, Indexing, Latency, Measured, Outage, Results, ScalingRow } from "./results";
import { Rounds } from "./rounds";

export interface ConsumerBenchOptions {
  readonly events: number;
  readonly rounds: number;
  readonly contenders: readonly ContenderId[];
  readonly parts: readonly Part[];
  /** How it was called, for the document. */
  readonly command: string;
  /** Receives what there is so far, after each part. */
  readonly keep: (results: Results) => void;
}

export const PARTS = ["drain", "latency", "outage", "elasticsearch", "scaling", "profile"] as const;
export type Part = (typeof PARTS)[number];

export interface Machine {
  readonly settings: LocalSettings;
  readonly cacheDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const TOPIC = "bench-lines";
const PARTITIONS = 8;
/** Not more than there are files, or some would be empty. */
const SCALED_PARTITIONS = [1, 8, 64] as const;
const LATENCY_SECONDS = 30;
const OUTAGE_SECONDS = 600;
/** Lines a second during an outage and after it: what the slowest contender can carry beside catching up. */
const OUTAGE_RATE = 1_000;
const SAMPLE = 2_000;
/** Enough to be warm. */
const WARM_UP = 200_000;
const INDEXED = 150_000;

/** Contenders one after another, in turn in each round, on the same backlog in the same run. */
export async function benchConsumer(options: ConsumerBenchOptions, machine: Machine): Promise<Results> {
  const work = mkdtempSync(join(tmpdir(), "bench-consumer-"));
  const engine = new Engine(machine.settings.dockerHost);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const images = await imagesFor(options, machine, say);
    const bed = await Bed.make(engine, images, work);
    say("starting Kafka and the counting sink");
    await bed.startKafka();
    await bed.startSink();
    const backlogs = new Backlogs(bed.kafka);
    try {
      const all = contenders(images, work).filter(({ id }) => options.contenders.includes(id));
      return await new Bench(options, engine, bed, backlogs, all, images, work, say, machine.signal).run();
    } finally {
      await backlogs.close();
    }
  } finally {
    await engine.clear();
    await engine.close();
    rmSync(work, { recursive: true, force: true });
  }
}

class Bench {
  private readonly rounds: Rounds;
  private readonly drains = new Map<ContenderId, Drain[]>();
  private readonly latencies = new Map<ContenderId, Latency[]>();
  private readonly outages = new Map<ContenderId, Outage[]>();
  private readonly indexing = new Map<ContenderId, Indexing[]>();
  private readonly bare: Indexing[] = [];
  private readonly scaling: ScalingRow[] = [];
  private readonly fields = new Map<ContenderId, Readonly<Record<string, number>>>();
  private sink: Indexing | undefined;
  private profile: Results["profile"] = [];

  constructor(
    private readonly options: ConsumerBenchOptions,
    private readonly engine: Engine,
    private readonly bed: Bed,
    private readonly backlogs: Backlogs,
    private readonly contenders: readonly Contender[],
    private readonly images: { readonly consumer: string },
    private readonly work: string,
    private readonly say: (line: string) => void,
    signal: AbortSignal,
  ) {
    this.rounds = new Rounds(engine, bed, backlogs, signal);
  }

  async run(): Promise<Results> {
    const { events, rounds, parts } = this.options;
    await this.backlogs.makeTopic(TOPIC, PARTITIONS);
    const backlog = await this.fill(TOPIC, PARTITIONS, events, 1);
    await this.warmUp(Math.min(WARM_UP, events));
    for (let round = 1; round <= rounds; round++) {
      for (const contender of this.contenders) {
        const drain = await this.rounds.drain(contender, TOPIC, events);
        add(this.drains, contender.id, drain);
        const { documents, seconds, cpuSeconds, peakBytes } = drain;
        this.say(
          `round ${round} of ${rounds}: ${contender.name}: ${Math.round(documents / seconds)} events/s, ` +
            `${Math.round(documents / cpuSeconds)} a CPU second, ${Math.round(peakBytes / 2 ** 20)} MiB`,
        );
      }
    }
    const measures: readonly [Part, () => Promise<void>][] = [
      ["profile", () => this.measureProfile(events)],
      ["latency", () => this.measureLatencies()],
      ["outage", () => this.measureOutages(events)],
      ["scaling", () => this.measureScaling(events)],
      ["elasticsearch", () => this.measureIndexing()],
    ];
    for (const [part, measure] of measures) {
      if (!parts.includes(part)) continue;
      // What is measured is kept, whatever becomes of the rest.
      this.options.keep(this.results(backlog));
      await measure();
    }
    return this.results(backlog);
  }

  private results(backlog: Backlog): Results {
    return {
      date: new Date().toISOString().slice(0, 10),
      command: this.options.command,
      machine: machineShape(),
      rounds: this.options.rounds,
      backlog: { ...backlog, partitions: PARTITIONS },
      contenders: this.contenders.map(({ id, name }): Measured => ({
        id,
        name,
        drains: this.drains.get(id) ?? [],
        latencies: this.latencies.get(id) ?? [],
        outages: this.outages.get(id) ?? [],
        indexing: this.indexing.get(id) ?? [],
        fields: this.fields.get(id) ?? {},
      })),
      bareIndexing: this.bare,
      ...(this.sink ? { sink: this.sink } : {}),
      scaling: this.scaling,
      profile: this.profile,
    };
  }

  /** Not measured: shows that all contenders deliver the same fields, and keeps what the bare loader sends. */
  private async warmUp(events: number): Promise<void> {
    const topic = "bench-warm-up";
    await this.backlogs.makeTopic(topic, PARTITIONS);
    await this.fill(topic, PARTITIONS, events, 3);
    for (const contender of this.contenders) {
      const ours = contender.id === "ours";
      await this.rounds.drain(contender, topic, events, SAMPLE, ours ? INDEXED : 0);
      this.fields.set(contender.id, fieldsOf((await this.bed.sink()).sample));
      this.say(`warm-up: ${contender.name} delivered all`);
      if (ours) {
        this.sink = await this.indexers().bareToSink();
        const { documents, seconds } = this.sink;
        this.say(`the sink takes ${Math.round(documents / seconds)} documents/s of a bare loader`);
      }
    }
    missingFields(this.fields);
  }

  private async measureLatencies(): Promise<void> {
    for (const contender of this.contenders) {
      const rate = Math.round(median((this.drains.get(contender.id) ?? []).map(rateOf)) / 2);
      const latency = await this.rounds.latency(contender, rate, PARTITIONS, LATENCY_SECONDS);
      add(this.latencies, contender.id, latency);
      this.say(
        `latency at ${rate}/s (reached ${Math.round(latency.reached)}): ${contender.name}: p50 ${latency.p50Ms} ms, p99 ${latency.p99Ms} ms`,
      );
    }
  }

  private async measureOutages(events: number): Promise<void> {
    const rate = Math.min(OUTAGE_RATE, Math.floor(events / OUTAGE_SECONDS));
    for (const contender of this.contenders) {
      const outage = await this.rounds.outage(contender, TOPIC, PARTITIONS, rate, OUTAGE_SECONDS);
      add(this.outages, contender.id, outage);
      this.say(`after ${OUTAGE_SECONDS} s at ${rate}/s: ${contender.name}: ${outage.catchUpSeconds.toFixed(1)} s`);
    }
  }

  /** What partitions and a larger backlog cost us. */
  private async measureScaling(events: number): Promise<void> {
    const ours = this.contenders.find(({ id }) => id === "ours");
    if (!ours) return;
    const part = Math.round(events / 4);
    for (const partitions of SCALED_PARTITIONS) {
      const topic = `bench-${partitions}`;
      await this.backlogs.makeTopic(topic, partitions);
      await this.fill(topic, partitions, part, 100 + partitions);
      for (let round = 1; round <= this.options.rounds; round++) {
        const drain = await this.rounds.drain(ours, topic, part);
        this.scaling.push({ partitions, drain });
        this.say(`${partitions} partitions: ${Math.round(part / drain.cpuSeconds)} events a CPU second`);
      }
      await this.backlogs.removeTopic(topic);
    }
  }

  /** Where our own processor time goes. */
  private async measureProfile(events: number): Promise<void> {
    const ours = this.contenders.find(({ id }) => id === "ours");
    if (!ours) return;
    const folder = join(LOCAL_DIR, "bench", "profile");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await this.rounds.profile(ours, TOPIC, events, folder);
    this.profile = profileShares(folder);
    for (const { step, share } of this.profile) this.say(`${(share * 100).toFixed(1).padStart(5)} %  ${step}`);
  }

  /** One processor is Elasticsearch's, so that it is the same for all who send to it. */
  private async measureIndexing(): Promise<void> {
    this.say("starting Elasticsearch, on a processor of its own");
    await this.bed.startElasticsearch("0");
    const topic = "bench-indexing";
    await this.backlogs.makeTopic(topic, PARTITIONS);
    const documents = this.indexers().capturedCount();
    await this.fill(topic, PARTITIONS, documents, 7);
    const indexers = this.indexers();
    const contenders = new Set(this.contenders.filter(({ id }) => id !== "ours-2"));
    for (let round = 0; round <= this.options.rounds; round++) {
      const bare = await indexers.bare(documents);
      const rows: [Contender, Indexing][] = [];
      for (const contender of contenders) {
        try {
          rows.push([contender, await indexers.contender(contender, topic, documents)]);
        } catch (error) {
          // Not every version of everything goes with every Elasticsearch.
          if (!(error instanceof UserError) || contender.id === "ours") throw error;
          contenders.delete(contender);
          this.say(`${contender.name} is left out: ${error.message}`);
        }
      }
      // The first warms Elasticsearch up.
      if (round === 0) continue;
      this.bare.push(bare);
      this.say(`bare loader: ${Math.round(rateOf(bare))} documents/s`);
      for (const [{ id, name }, row] of rows) {
        add(this.indexing, id, row);
        this.say(
          `${name}: ${Math.round(rateOf(row))} documents/s, ${(rateOf(row) / rateOf(bare)).toFixed(2)} of the bare loader`,
        );
      }
    }
  }

  private indexers(): Indexers {
    return new Indexers(this.engine, this.bed, this.rounds, this.images.consumer, this.work);
  }

  private async fill(topic: string, partitions: number, count: number, seed: number) {
    const progress = progressLine(`Writing ${count} lines`);
    try {
      return await this.backlogs.fill(topic, partitions, count, seed, (done) => progress.say(`${done}`));
    } finally {
      progress.end();
    }
  }
}

async function imagesFor(options: ConsumerBenchOptions, machine: Machine, say: (line: string) => void) {
  const { imageSource: source } = machine.settings;
  const { cacheDirectory, env, signal } = machine;
  const workshop = new Workshop({
    source,
    root: ROOT,
    cacheDir: cacheDirectory,
    logDir: join(LOCAL_DIR, "logs"),
    env,
    signal,
  });
  if (options.contenders.includes("otel-collector")) await workshop.image("otel-collector", say);
  const tag = (name: RecipeName): string => recipeTag(name, source, ROOT);
  return {
    kafka: tag("kafka"),
    elasticsearch: tag("elasticsearch"),
    consumer: tag("consumer"),
    filebeat: tag("filebeat"),
    collector: tag("otel-collector"),
  };
}

function add<T>(to: Map<ContenderId, T[]>, id: ContenderId, one: T): void {
  to.set(id, [...(to.get(id) ?? []), one]);
}

function machineShape(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${memory} GiB, Linux`;
}
