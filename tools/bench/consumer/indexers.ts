import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { sleep } from "../../../consumer/src/backoff";
import { ROOT } from "../../lib/paths";
import { UserError } from "../../lib/user-error";
import type { Bed } from "./bed";
import type { Contender } from "./contenders";
import type { Engine } from "./engine";
import type { Indexing } from "./results";
import type { Rounds } from "./rounds";
import { countBulk } from "./sink/bulk-body";
import { streamOf } from "./target";

const POLL_MS = 100;
const STALLED_MS = 60_000;
/** Elasticsearch has the other one. */
const CPUS = "1";
const FILTER = "filter_path=errors,items.*.status,items.*.error";

/** Who writes to real Elasticsearch, each into a data stream of its own. */
export class Indexers {
  constructor(
    private readonly engine: Engine,
    private readonly bed: Bed,
    private readonly rounds: Rounds,
    private readonly consumerImage: string,
    private readonly work: string,
  ) {}

  /** How many documents the sink kept for the bare loader. */
  capturedCount(): number {
    const all = readFileSync(this.bed.captured);
    let documents = 0;
    for (let at = 0; at < all.length;) {
      const length = all.readUInt32BE(at);
      documents += countBulk(all.subarray(at + 4, at + 4 + length)).documents;
      at += 4 + length;
    }
    return documents;
  }

  /** What the sink can take. */
  async bareToSink(): Promise<Indexing> {
    await this.bed.order({});
    const repeat = 4;
    const { seconds } = await this.load(this.bed.sinkUrl, `/_bulk?${FILTER}`, repeat);
    return { documents: (await this.bed.sink()).documents, seconds };
  }

  async bare(documents: number): Promise<Indexing> {
    const stream = nextStream();
    const loading = this.load(
      this.bed.elasticsearchUrl,
      `/${stream}/_bulk?require_data_stream=true&${FILTER}`,
      1,
      CPUS,
    );
    const [indexing] = await Promise.all([this.watch(stream, documents), loading]);
    return indexing;
  }

  /** @throws UserError with the end of its log, if documents no longer come */
  contender(contender: Contender, topic: string, documents: number): Promise<Indexing> {
    const stream = nextStream();
    const pinned: Contender = {
      ...contender,
      containers: (target) => contender.containers(target).map((spec) => ({ ...spec, cpus: CPUS })),
    };
    return this.rounds.during(
      pinned,
      this.rounds.target(topic, this.bed.elasticsearchUrl, stream),
      async ([container]) => {
        try {
          return await this.watch(stream, documents);
        } catch (error) {
          throw new UserError(`${String(error)}\n${await this.engine.logs(container!.name)}`);
        }
      },
    );
  }

  private async load(url: string, path: string, repeat: number, cpus?: string): Promise<{ readonly seconds: number }> {
    const program = join(this.work, "loader.js");
    await build({
      entryPoints: [join(ROOT, "tools/bench/consumer/loader/main.ts")],
      outfile: program,
      bundle: true,
      platform: "node",
      target: "node24",
      logLevel: "warning",
    });
    await this.engine.start({
      name: "loader",
      image: this.consumerImage,
      user: "0",
      entrypoint: "node",
      command: ["/loader.js", url, path, String(repeat)],
      mounts: { [program]: "/loader.js:ro", [join(this.work, "capture")]: "/capture:ro" },
      ...(cpus === undefined ? {} : { cpus }),
    });
    try {
      while (await this.engine.isRunning("loader")) await sleep(POLL_MS);
      const printed = await this.engine.logs("loader");
      const result = /^\{.*\}$/m.exec(printed)?.[0];
      const { seconds, failures } = JSON.parse(result ?? '{"seconds":0,"failures":-1}') as {
        seconds: number;
        failures: number;
      };
      if (failures !== 0) throw new UserError(`the bare loader failed:\n${printed}`);
      return { seconds };
    } finally {
      await this.engine.remove("loader");
    }
  }

  /** From the first document that Elasticsearch has indexed to the last. */
  private async watch(stream: string, documents: number): Promise<Indexing> {
    let first: { readonly at: number; readonly documents: number } | undefined;
    let [seen, seenAt] = [0, Date.now()];
    for (;;) {
      const indexed = await this.indexed(stream);
      const now = Date.now();
      if (indexed > 0) first ??= { at: now, documents: indexed };
      if (indexed >= documents) {
        return { documents: indexed - (first?.documents ?? 0), seconds: (now - (first?.at ?? now)) / 1000 };
      }
      if (indexed > seen) [seen, seenAt] = [indexed, now];
      if (now - seenAt > STALLED_MS)
        throw new UserError(`'${stream}' has ${indexed} of ${documents} documents, and gets no more`);
      await sleep(POLL_MS);
    }
  }

  private async indexed(stream: string): Promise<number> {
    const path = `${stream}/_stats/indexing?filter_path=_all.primaries.indexing.index_total`;
    const answer = (await this.bed.elasticsearch("GET", path)) as {
      _all?: { primaries?: { indexing?: { index_total?: number } } };
    };
    return answer._all?.primaries?.indexing?.index_total ?? 0;
  }
}

function nextStream(): string {
  return streamOf(`bench_${Date.now()}`);
}
