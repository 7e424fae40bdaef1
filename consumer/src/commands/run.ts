import type { ConsumerSettings } from "../../../contract/consumer-settings";
import { aborted, sleep } from "../backoff";
import { DeadLetterDocuments } from "../document/dead-letter-document";
import type { RetryCause } from "../elasticsearch/bulk-response";
import { lineRequest, streamRequest } from "../elasticsearch/bulk-requests";
import { BulkSender } from "../elasticsearch/bulk-sender";
import { clientOptions, ElasticsearchClient } from "../elasticsearch/client";
import { DeadLetterRecorder, RefusedRecords } from "../elasticsearch/dead-letter-recorder";
import { MonthlyIndices } from "../elasticsearch/monthly-indices";
import { TemplateCheck } from "../elasticsearch/template-check";
import { createHealthServer, listen } from "../health-server";
import { DeadLetterWriter } from "../kafka/dead-letter-writer";
import { KafkaSource } from "../kafka/kafka-source";
import { Liveness } from "../liveness";
import type { Log } from "../log";
import { Metrics } from "../metrics";
import { Pipeline } from "../pipeline/pipeline";
import { Transform } from "../pipeline/transform";

const COMMIT_EVERY_MS = 1_000;
const TEMPLATE_POLL_MS = 2_000;
/** After a loop is late it may still come back; a restart costs more. */
const EXIT_AFTER_LATE_MS = 60_000;

/** Consumes until it is told to stop. @returns the exit code */
export async function run(settings: ConsumerSettings, log: Log, stop: AbortSignal): Promise<number> {
  const metrics = new Metrics();
  const liveness = new Liveness();
  const client = new ElasticsearchClient(clientOptions(settings, settings.ELASTICSEARCH_MAX_IN_FLIGHT + 1));
  const template = new TemplateCheck(client, settings.ELASTICSEARCH_INDEXING);
  const source = new KafkaSource({
    connection: settings,
    topic: settings.KAFKA_TOPIC,
    group: settings.KAFKA_GROUP,
    maxBytes: settings.KAFKA_FETCH_MAX_BYTES,
    log,
    onSession: () => metrics.sessions.inc(),
    onExpired: (count) => metrics.expired.inc(count),
    onTopicRecreated: () => metrics.topicsRecreated.inc(),
  });
  const backoff = { initialMs: settings.RETRY_INITIAL_MS, maxMs: settings.RETRY_MAX_MS };
  const deadLetterTopic = new DeadLetterWriter({
    connection: settings,
    topic: settings.KAFKA_TOPIC,
    deadLetterTopic: settings.KAFKA_DEAD_LETTER_TOPIC,
    backoff,
    log,
    onWritten: (reason, count) => metrics.deadLetters.inc({ reason }, count),
    onCut: () => metrics.deadLettersCut.inc(),
    onFailed: () => metrics.deadLetterFailures.inc(),
  });
  const server = createHealthServer({
    liveness,
    metrics,
    missing: async () =>
      [await template.missing(), source.isReachable() ? undefined : "Kafka"].filter((what) => what !== undefined),
  });
  await listen(server, settings.HTTP_PORT);
  watch(liveness, log);

  await waitForTemplate(template, stop, log);
  await checkMapping(template, stop, log);
  // From here to the listener of `stop` nothing waits, so that no signal comes in between.
  if (!stop.aborted) {
    const monthly = settings.ELASTICSEARCH_INDEXING === "monthly" ? new MonthlyIndices() : undefined;
    const retried = (cause: RetryCause, documents: number) => {
      metrics.retries.inc({ cause });
      metrics.retriedDocuments.inc({ cause }, documents);
    };
    const deadLetters = new DeadLetterRecorder(
      deadLetterTopic,
      settings.KAFKA_TOPIC,
      new DeadLetterDocuments(settings.KAFKA_TOPIC, settings.ELASTICSEARCH_DEAD_LETTER_STREAM),
      new BulkSender(
        streamRequest(client, settings.ELASTICSEARCH_DEAD_LETTER_STREAM),
        new RefusedRecords((count) => metrics.deadLettersUnrecorded.inc(count), log),
        backoff,
        { answered: () => undefined, retried },
        log,
      ),
    );
    const sender = new BulkSender(
      lineRequest(client, settings, template, monthly),
      deadLetters,
      backoff,
      {
        answered: (documents, bytes, seconds) => {
          metrics.batchDocuments.observe(documents);
          metrics.batchBytes.observe(bytes);
          metrics.bulkSeconds.observe(seconds);
        },
        retried,
      },
      log,
    );
    const pipeline = new Pipeline(
      {
        source,
        transform: new Transform(settings.KAFKA_TOPIC, settings.ELASTICSEARCH_DATA_STREAM, monthly),
        sender,
        deadLetters,
        metrics,
        liveness,
        log,
      },
      {
        maxBytes: settings.BATCH_MAX_BYTES,
        maxDocuments: settings.BATCH_MAX_DOCUMENTS,
        maxAgeMs: settings.BATCH_MAX_AGE_MS,
        maxInFlight: settings.ELASTICSEARCH_MAX_IN_FLIGHT,
        commitEveryMs: COMMIT_EVERY_MS,
        stuckAfterMs: settings.ELASTICSEARCH_REQUEST_TIMEOUT_MS + settings.RETRY_MAX_MS + 60_000,
      },
    );
    stop.addEventListener("abort", () => pipeline.stop(), { once: true });
    log.info(
      {
        topic: settings.KAFKA_TOPIC,
        group: settings.KAFKA_GROUP,
        indexing: settings.ELASTICSEARCH_INDEXING,
        dataStream: settings.ELASTICSEARCH_DATA_STREAM,
      },
      "consuming",
    );
    await pipeline.run();
    log.info("everything that was read is delivered and committed");
  }
  await Promise.all([deadLetterTopic.close(), client.close()]);
  server.close();
  return 0;
}

async function waitForTemplate(template: TemplateCheck, stop: AbortSignal, log: Log): Promise<void> {
  let said: string | undefined;
  for (;;) {
    const missing = await Promise.race([template.missing(), aborted(stop)]);
    if (missing === undefined || stop.aborted) return;
    if (missing !== said) log.warn({ missing }, "not consuming yet");
    said = missing;
    await sleep(TEMPLATE_POLL_MS, stop);
  }
}

async function checkMapping(template: TemplateCheck, stop: AbortSignal, log: Log): Promise<void> {
  if (stop.aborted || (await Promise.race([template.hasOurMapping(), aborted(stop)])) !== false) return;
  log.warn("the mapping in Elasticsearch is of another version than this program: new fields may not be searchable");
}

/** What restarts containers often only looks at whether they run: a process that is stuck must end. */
function watch(liveness: Liveness, log: Log): void {
  setInterval(() => {
    const stuck = liveness.late().filter(({ byMs }) => byMs > EXIT_AFTER_LATE_MS);
    if (stuck.length === 0) return;
    log.fatal({ stuck }, "a loop is stuck; exiting, so that the platform starts a new process");
    process.exit(1);
  }, 10_000).unref();
}
