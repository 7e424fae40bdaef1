import type { WriteAccessSettings } from "../../../contract/write-access-settings";
import { Backoff, sleep } from "../backoff";
import { isAuthenticationError } from "../kafka/errors";
import { type TopicMetadata, writeObstacle } from "../kafka/write-access";
import { describeError, RateLimit, type Log } from "../log";

export interface WaitParts {
  /** Asks Kafka; fails if no broker answers, or the password is refused. */
  readonly ask: (settings: WriteAccessSettings) => Promise<TopicMetadata | undefined>;
  /** Replaced by tests, as is `now`. */
  readonly pause?: (ms: number) => Promise<void>;
  readonly now?: () => number;
}

/**
 * Waits until the user may write to the topic. It has no deadline: Filebeat would lose lines where it is refused, while a pod in
 * `Init:0/1` loses none and is seen.
 */
export async function waitUntilWritable(
  settings: WriteAccessSettings,
  log: Log,
  { ask, pause = sleep, now = Date.now }: WaitParts,
): Promise<void> {
  const user = settings.KAFKA_USERNAME ?? "ANONYMOUS";
  const topic = settings.KAFKA_TOPIC;
  const backoff = new Backoff({ initialMs: 500, maxMs: 10_000 });
  // An obstacle that changes is news at once; the same one is repeated each minute.
  const reports = new RateLimit(60_000, now);
  for (;;) {
    const obstacle = await obstacleNow(settings, user, ask);
    if (obstacle === undefined) return log.info({ user, topic }, "the user may write to the topic");
    reports.allow(obstacle, () => log.warn({ user, topic, obstacle }, "not shipping yet"));
    await pause(backoff.next());
  }
}

async function obstacleNow(
  settings: WriteAccessSettings,
  user: string,
  ask: WaitParts["ask"],
): Promise<string | undefined> {
  try {
    return writeObstacle(settings.KAFKA_TOPIC, user, await ask(settings));
  } catch (error) {
    const { KAFKA_BROKERS: brokers, KAFKA_SASL_MECHANISM: mechanism, KAFKA_PASSWORD_FILE: file } = settings;
    return isAuthenticationError(error)
      ? `Kafka refuses user '${user}' (${mechanism}) with the password of ${file}: create the user, or put its password into the Secret`
      : `Kafka does not answer at ${brokers.join(", ")}: ${describeError(error)}`;
  }
}
