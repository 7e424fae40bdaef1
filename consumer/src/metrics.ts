import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { DEAD_LETTER_REASONS } from "../../contract/dead-letter";
import { RETRY_CAUSES } from "./elasticsearch/bulk-response";

const PREFIX = "log_consumer_";

/** The consumer's metrics. Counted per batch or chunk, not per event. */
export class Metrics {
  readonly registry = new Registry();
  readonly eventsIn = this.counter("events_in_total", "Messages read from Kafka");
  readonly eventsOut = this.counter(
    "events_out_total",
    "Documents that Elasticsearch has, counting those it had before",
  );
  readonly deadLetters = this.counter("dead_letters_total", "Messages written to the dead-letter topic", ["reason"]);
  readonly deadLettersUnrecorded = this.counter(
    "dead_letters_unrecorded_total",
    "Dead letters of which Elasticsearch refused the record; they are in the dead-letter topic",
  );
  readonly deadLettersCut = this.counter(
    "dead_letters_cut_total",
    "Dead letters that the dead-letter topic took only without a part of their message",
  );
  readonly deadLetterFailures = this.counter(
    "dead_letter_failures_total",
    "Attempts to write to the dead-letter topic that failed; no offset passes until one succeeds",
  );
  readonly retries = this.counter("retries_total", "Bulk requests sent again, wholly or in part", ["cause"]);
  readonly retriedDocuments = this.counter("retried_documents_total", "Documents sent again", ["cause"]);
  readonly commits = this.counter("commits_total", "Offset commits", ["result"]);
  readonly rebalances = this.counter("rebalances_total", "Assignments of partitions to this consumer");
  readonly sessions = this.counter("kafka_sessions_total", "Kafka sessions started; more than one: a session failed");
  readonly expired = this.counter("expired_messages_total", "Messages that Kafka deleted before they were read");
  readonly topicsRecreated = this.counter(
    "topics_recreated_total",
    "Times that the topic was found deleted and created again",
  );
  readonly lag = this.gauge("lag", "Messages of a partition not yet delivered", ["partition"]);
  readonly inFlight = this.gauge("in_flight_bytes", "Bytes of documents that are collected or under way");
  readonly paused = this.gauge("waiting", "1 while reading waits for Elasticsearch");
  readonly batchDocuments = this.histogram(
    "batch_documents",
    "Documents in a bulk request",
    [1, 10, 100, 500, 1000, 2500, 5000, 10000],
  );
  readonly batchBytes = this.histogram(
    "batch_bytes",
    "Bytes of a bulk request",
    [1e3, 1e4, 1e5, 5e5, 1e6, 2.5e6, 5e6, 1e7],
  );
  readonly bulkSeconds = this.histogram("bulk_seconds", "Time of a bulk request", [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]);
  readonly endToEnd = this.histogram(
    "end_to_end_seconds",
    "From when Kafka took a batch's first message until it is delivered",
    [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3600],
  );

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    // Prometheus sees no increase in what comes into being with it: the first dead letter would raise no alert.
    for (const reason of DEAD_LETTER_REASONS) this.deadLetters.inc({ reason }, 0);
    for (const cause of RETRY_CAUSES) {
      this.retries.inc({ cause }, 0);
      this.retriedDocuments.inc({ cause }, 0);
    }
    for (const result of ["ok", "failed"]) this.commits.inc({ result }, 0);
  }

  private counter<L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }

  private gauge<L extends string = never>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: PREFIX + name, help, buckets, registers: [this.registry] });
  }
}
