import { isImageRegistry } from "../constructs/core/container-image";
import { storageProblems as elasticsearchStorageProblems } from "../constructs/elasticsearch/node-environment";
import { storageProblems as kafkaStorageProblems } from "../constructs/kafka/storage";
import { isDnsLabel, Problems } from "../constructs/core/validation";
import type { ClusterConnection, EnvironmentConfig, KubernetesPlatform } from "./environment";
import { topicsOf } from "./topics";

/** What cannot work on Kubernetes; empty if nothing. */
export function kubernetesProblems(environment: EnvironmentConfig, platform: KubernetesPlatform): string[] {
  const { kafka, elasticsearch, consumer } = environment;
  const { namespace, nodeDirectories } = platform;
  const problems = new Problems()
    .add(clusterProblems(platform.cluster))
    .add(kafkaStorageProblems(topicsOf(environment), platform.claims.kafka))
    .add(elasticsearchStorageProblems(platform.claims.elasticsearch))
    .require(
      isDnsLabel(namespace.name),
      `'platform.namespace.name' ('${namespace.name}') must be a DNS label: lower-case letters, digits and '-'`,
    )
    .require(
      kafka.brokers === 1 && elasticsearch.nodes === 1,
      `without operators there is one of each: set 'kafka.brokers' (${kafka.brokers}) and 'elasticsearch.nodes' (${elasticsearch.nodes}) to 1`,
    )
    .require(
      platform.imageRegistry === undefined || isImageRegistry(platform.imageRegistry),
      `'platform.imageRegistry' ('${platform.imageRegistry}') must be a host and a folder, without a scheme: registry.example.com/team`,
    )
    .require(consumer.replicas >= 1, `'consumer.replicas' (${consumer.replicas}) must be at least 1`);
  for (const [use, path] of Object.entries(nodeDirectories)) {
    problems.require(
      /^\/[^/]/.test(path) && !path.split("/").includes(".."),
      `'platform.nodeDirectories.${use}' ('${path}') must be an absolute path of a directory below '/'`,
    );
  }
  problems.require(
    nodeDirectories.logs !== nodeDirectories.filebeat,
    `'platform.nodeDirectories.logs' and '.filebeat' are both '${nodeDirectories.logs}': give each its own`,
  );
  if (consumer.autoscaling) {
    const { minReplicas, maxReplicas } = consumer.autoscaling;
    problems
      .require(
        maxReplicas <= kafka.logs.partitions,
        `'consumer.autoscaling.maxReplicas' (${maxReplicas}) must be at most 'kafka.logs.partitions' (${kafka.logs.partitions}): the others would have nothing to read; lower it or add partitions`,
      )
      .require(
        1 <= minReplicas && minReplicas <= maxReplicas,
        `'consumer.autoscaling.minReplicas' (${minReplicas}) must be between 1 and 'maxReplicas' (${maxReplicas})`,
      );
  }
  return problems.list();
}

function clusterProblems(cluster: ClusterConnection | undefined): string[] {
  if (cluster === "in-cluster") return [];
  const reason = "so that a deploy cannot hit another cluster";
  return new Problems()
    .require(
      Boolean(cluster?.kubeconfig),
      `'platform.cluster.kubeconfig' is empty: name the file, ${reason}, or say "in-cluster"`,
    )
    .require(
      Boolean(cluster?.context),
      `'platform.cluster.context' is empty: name one of 'kubectl config get-contexts', ${reason}`,
    )
    .list();
}
