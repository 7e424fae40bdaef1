import { memoryProblems } from "../constructs/filebeat/memory";
import { Size } from "../constructs/core/size";
import { ConfigurationError, isDnsLabel, Problems } from "../constructs/core/validation";
import { SHIPPER_METRICS_MEMORY } from "../constructs/filebeat/metrics";
import { MAX_LINE_BYTES, MAX_MESSAGE_BYTES, minMessageBytes } from "../contract/size-limits";
import { environmentCapacityProblems } from "./capacity";
import { sharedClusterProblems } from "./cluster-validation";
import { elasticsearchProblems } from "./elasticsearch-validation";
import type { DockerPlatform, EnvironmentConfig } from "./environment";
import { kafkaProblems } from "./kafka-validation";
import { kibanaProblems } from "./kibana-validation";
import { kubernetesProblems } from "./kubernetes-validation";
import { lifecycleProblems } from "./lifecycle-validation";
import { stateProblems } from "./state-validation";

/**
 * Lets environments pass that can work.
 *
 * @throws ConfigurationError naming every problem of every one of them
 */
export function requireWorkable(environments: readonly EnvironmentConfig[]): void {
  const problems = environments.flatMap((environment) =>
    environmentProblems(environment).map((problem) => `environment '${environment.name}': ${problem}`),
  );
  problems.push(...sharedClusterProblems(environments));
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** What cannot work in an environment: every problem with its values and the mend; empty if nothing. */
export function environmentProblems(environment: EnvironmentConfig): string[] {
  const { name, kafka, filebeat, consumer, platform } = environment;
  const { maxMessage } = kafka.logs;
  const problems = new Problems()
    .require(isDnsLabel(name), `'name' ('${name}') must be a DNS label: lower-case letters, digits and '-'`)
    .add(kafkaProblems(environment))
    .add(messageProblems(filebeat.maxLine, maxMessage))
    .add(memoryProblems(filebeat.memory, filebeat.maxLine?.toBytes() ?? MAX_LINE_BYTES))
    .require(
      !consumer.gracePeriod || consumer.gracePeriod.toMilliseconds() > consumer.drainDeadline.toMilliseconds(),
      `'consumer.gracePeriod' (${consumer.gracePeriod}) must be longer than 'consumer.drainDeadline' (${consumer.drainDeadline}): it would be killed while it still delivers; raise the one or lower the other`,
    )
    .require(
      consumer.replicas <= kafka.logs.partitions,
      `'consumer.replicas' (${consumer.replicas}) must be at most 'kafka.logs.partitions' (${kafka.logs.partitions}): the others would have nothing to read; lower it or add partitions`,
    )
    .add(elasticsearchProblems(environment))
    .add(lifecycleProblems(environment))
    .add(kibanaProblems(environment))
    .require(
      kafka.deadLetters.retention.toMilliseconds() >= kafka.logs.retention.toMilliseconds(),
      `'kafka.deadLetters.retention' (${kafka.deadLetters.retention}) must be at least 'kafka.logs.retention' (${kafka.logs.retention}): a dead letter is all that is left of its line`,
    )
    .require(
      consumer.batchSize.toBytes() * BATCHES_IN_MEMORY + CONSUMER_BASE.toBytes() <= consumer.memory.toBytes(),
      `'consumer.memory' (${consumer.memory}) cannot hold ${BATCHES_IN_MEMORY} batches of 'consumer.batchSize' (${consumer.batchSize}) beside its own ${CONSUMER_BASE}: lower the batch or give more memory`,
    );
  problems.add(
    platform.kind === "docker" ? dockerProblems(environment, platform) : kubernetesProblems(environment, platform),
  );
  return problems.add(stateProblems(environment)).add(environmentCapacityProblems(environment)).list();
}

/** A line must fit into a message when it is written as JSON, and a message into what brokers and consumers take. */
function messageProblems(maxLine = Size.bytes(MAX_LINE_BYTES), maxMessage = Size.bytes(MAX_MESSAGE_BYTES)): string[] {
  const needed = Size.bytes(minMessageBytes(maxLine.toBytes()));
  return new Problems()
    .require(
      needed.toBytes() <= maxMessage.toBytes(),
      `'filebeat.maxLine' (${maxLine}) can need ${needed} as JSON, above 'kafka.logs.maxMessage' (${maxMessage}): lower the one or raise the other`,
    )
    .require(
      maxMessage.toBytes() <= MAX_MESSAGE_BYTES,
      `'kafka.logs.maxMessage' (${maxMessage}) must be at most ${Size.bytes(MAX_MESSAGE_BYTES)}: beyond it no dead letter could hold the message`,
    )
    .list();
}

/** Batches under way, one being filled, and what Kafka sent ahead. */
const BATCHES_IN_MEMORY = 8;
/** What the consumer takes with nothing to do, and room for the largest messages. */
const CONSUMER_BASE = Size.mebibytes(150);

function dockerProblems(environment: EnvironmentConfig, platform: DockerPlatform): string[] {
  const { kafka, elasticsearch, kibana, filebeat, consumer } = environment;
  const elsewhere = {
    "consumer.autoscaling": consumer.autoscaling,
    "consumer.cpu": consumer.cpu,
    "elasticsearch.cpu": elasticsearch.cpu,
    "elasticsearch.healContent": elasticsearch.healContent,
    "kafka.cpu": kafka.cpu,
    "filebeat.containerLogs": filebeat.containerLogs,
    "filebeat.priorityClass": filebeat.priorityClass,
    "kibana.replicas": kibana.replicas,
    "kibana.publicUrl": kibana.publicUrl,
    "tracing.fromNamespaces": environment.tracing.fromNamespaces,
    "tracing.publicUrl": environment.tracing.publicUrl,
  };
  const limits = memoryLimits(environment);
  const total = Size.sum(Object.values(limits));
  const problems = new Problems()
    .require(
      total.toBytes() <= platform.memoryBudget.toBytes(),
      `the memory limits add up to ${total} (${Object.entries(limits)
        .map(([component, memory]) => `${component} ${memory}`)
        .join(", ")}), above 'platform.memoryBudget' (${platform.memoryBudget}): lower one or raise the budget`,
    )
    .require(
      kafka.brokers === 1 && elasticsearch.nodes === 1 && consumer.replicas === 1,
      `one Docker Engine runs one of each: set 'kafka.brokers' (${kafka.brokers}), 'elasticsearch.nodes' (${elasticsearch.nodes}) and 'consumer.replicas' (${consumer.replicas}) to 1`,
    );
  for (const [fact, value] of Object.entries(elsewhere)) {
    problems.require(value === undefined || value === false, `'${fact}' means nothing on Docker: remove it`);
  }
  const owners = new Map<number, string>();
  for (const [owner, port] of Object.entries(platform.ports)) {
    const other = owners.get(port);
    problems
      .require(
        Number.isInteger(port) && port >= 1024 && port <= 65535,
        `'platform.ports.${owner}' (${port}) must be between 1024 and 65535: lower ones need root`,
      )
      .require(other === undefined, `'platform.ports.${owner}' (${port}) is also '${other}': give each its own`);
    owners.set(port, owner);
  }
  return problems.list();
}

/** The memory limit of every long-running part of an environment on one machine. */
export function memoryLimits(environment: EnvironmentConfig): Record<string, Size> {
  const { kafka, elasticsearch, kibana, filebeat, consumer, tracing, sampleServices } = environment;
  return {
    kafka: kafka.memory,
    elasticsearch: elasticsearch.memory,
    kibana: kibana.memory,
    filebeat: filebeat.memory,
    "filebeat-metrics": SHIPPER_METRICS_MEMORY,
    consumer: consumer.memory,
    jaeger: tracing.memory,
    ...(sampleServices ? { services: sampleServices.memory.times(3) } : {}),
  };
}
