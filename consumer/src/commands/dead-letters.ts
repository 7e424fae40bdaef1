import type { ConsumerSettings } from "../../../contract/consumer-settings";
import type { DeadLetter, ReplayOutput } from "../../../contract/dead-letter";
import type { DeadLettersSettings } from "../../../contract/dead-letters-settings";
import { type Choice, choose } from "../dead-letters/choose";
import { RefusedAgain, replay } from "../dead-letters/replay";
import { lineRequest } from "../elasticsearch/bulk-requests";
import { BulkSender } from "../elasticsearch/bulk-sender";
import { clientOptions, ElasticsearchClient } from "../elasticsearch/client";
import { MonthlyIndices } from "../elasticsearch/monthly-indices";
import { TemplateCheck } from "../elasticsearch/template-check";
import { DeadLetterTopic } from "../kafka/dead-letter-topic";
import type { Log } from "../log";
import { Transform } from "../pipeline/transform";

export interface ListOptions {
  readonly since: Date | undefined;
  readonly choice: Choice;
  readonly limit: number;
  /** Whether messages are printed, too. */
  readonly values: boolean;
  readonly write: (line: string) => Promise<void>;
}

/** Prints the dead letters that are in the topic now, one JSON object a line, and ends. */
export async function listDeadLetters(settings: DeadLettersSettings, options: ListOptions): Promise<void> {
  const topic = new DeadLetterTopic(settings, options.since);
  try {
    let printed = 0;
    for await (const { record, service, replayed } of choose(topic, options.choice)) {
      const letter: DeadLetter = {
        ...record.letter,
        ...(service === undefined ? {} : { service }),
        ...(replayed === undefined ? {} : { replayed }),
        ...(options.values ? { value: record.value?.toString() ?? "" } : {}),
      };
      await options.write(JSON.stringify(letter));
      if (++printed >= options.limit) break;
    }
  } finally {
    await topic.close();
  }
}

export interface ReplayOptions extends Pick<ListOptions, "since" | "choice" | "write"> {
  /** Says what would be sent, and sends nothing. */
  readonly dryRun: boolean;
}

/** A person waits for it: Elasticsearch is away, or overloaded, for longer than that now and then. */
const STEP_MS = 60_000;

/** Gives dead letters another chance: see {@link replay}. Prints {@link ReplayOutput}s, one JSON object a line. */
export async function replayDeadLetters(settings: ConsumerSettings, options: ReplayOptions, log: Log): Promise<void> {
  const topic = new DeadLetterTopic(settings, options.since);
  const client = new ElasticsearchClient(clientOptions(settings, 1));
  let step: AbortSignal | undefined;
  try {
    const monthly = settings.ELASTICSEARCH_INDEXING === "monthly" ? new MonthlyIndices() : undefined;
    const template = new TemplateCheck(client, settings.ELASTICSEARCH_INDEXING);
    const refused = new RefusedAgain();
    const sender = new BulkSender(
      lineRequest(client, settings, template, monthly),
      refused,
      { initialMs: settings.RETRY_INITIAL_MS, maxMs: settings.RETRY_MAX_MS },
      { answered: () => undefined, retried: () => undefined },
      log,
    );
    // What is in another topic may be another consumer's, with another place for its lines.
    await replay(choose(topic, { ...options.choice, topic: settings.KAFKA_TOPIC, replayed: false }), {
      transform: new Transform(settings.KAFKA_TOPIC, settings.ELASTICSEARCH_DATA_STREAM, monthly),
      ...(options.dryRun ? {} : { sender }),
      refused,
      notes: topic,
      stepSignal: () => (step = AbortSignal.timeout(STEP_MS)),
      write: (output: ReplayOutput) => options.write(JSON.stringify(output)),
    });
  } catch (error) {
    if (!step?.aborted || error !== step.reason) throw error;
    throw new Error(
      `Elasticsearch did not take them within ${STEP_MS / 1000} s: mend that, and replay again; what is indexed stays so`,
      { cause: error },
    );
  } finally {
    await Promise.all([topic.close(), client.close()]);
  }
}
