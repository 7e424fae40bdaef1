import { Problems } from "../core/validation";
import type { KafkaConsumerConnection } from "../kafka/cluster";
import type { LogConsumerProps } from "./deployment";
import { kafkaAccess } from "./program";
import { DEFAULT_DRAIN_DEADLINE } from "./settings";

/** What cannot work: every problem with its values and the mend; empty if nothing. */
export function consumerProblems(props: LogConsumerProps): string[] {
  const { gracePeriod, drainDeadline = DEFAULT_DRAIN_DEADLINE } = props;
  return new Problems()
    .add(scaleProblems(props))
    .require(
      !gracePeriod || gracePeriod.toMilliseconds() > drainDeadline.toMilliseconds(),
      `'gracePeriod' (${gracePeriod}) must be longer than 'drainDeadline' (${drainDeadline}): it would be killed while it still delivers; raise the one or lower the other`,
    )
    .add(accessProblems(props))
    .list();
}

function scaleProblems({ replicas, autoscaling, source }: LogConsumerProps): string[] {
  if (!autoscaling) return [...countProblems("replicas", replicas), ...idleProblems("replicas", replicas, source)];
  const { minReplicas, maxReplicas, cpuUtilization = 1 } = autoscaling;
  return new Problems()
    .add(countProblems("autoscaling.minReplicas", minReplicas))
    .add(countProblems("autoscaling.cpuUtilization", cpuUtilization))
    .require(
      minReplicas <= maxReplicas,
      `'autoscaling.minReplicas' (${minReplicas}) must be at most 'autoscaling.maxReplicas' (${maxReplicas}): lower the one or raise the other`,
    )
    .add(idleProblems("autoscaling.maxReplicas", maxReplicas, source))
    .list();
}

function countProblems(prop: string, value: number): string[] {
  return Number.isInteger(value) && value >= 1 ? [] : [`'${prop}' (${value}) must be a whole number of at least 1`];
}

function idleProblems(prop: string, value: number, { topic, partitions }: KafkaConsumerConnection): string[] {
  if (value <= partitions) return [];
  return [
    `'${prop}' (${value}) must be at most the partitions of topic '${topic}' (${partitions}): the others would have nothing to read; lower it or add partitions`,
  ];
}

/** The program knows one way to Kafka. */
function accessProblems({ source, deadLetters }: LogConsumerProps): string[] {
  const [one, other] = [source, deadLetters].map(
    (connection): Record<string, unknown> => kafkaAccess(connection).settings,
  ) as [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((setting) => String(one[setting]) !== String(other[setting]))
    .map(
      (setting) =>
        `${setting} is '${one[setting] ?? "not set"}' for topic '${source.topic}' and '${other[setting] ?? "not set"}' for topic '${deadLetters.topic}': the consumer is one client of Kafka; grant both to one user of one cluster`,
    );
}
