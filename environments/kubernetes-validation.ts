import { isImageRegistry } from "../constructs/core/container-image";
import { isDnsLabel, Problems } from "../constructs/core/validation";
import type { ClusterConnection, EnvironmentConfig, KubernetesPlatform, Operators } from "./environment";
import { isZoneCount } from "./zones";

/** What cannot work on Kubernetes; empty if nothing. */
export function kubernetesProblems(environment: EnvironmentConfig, platform: KubernetesPlatform): string[] {
  const { kafka, consumer } = environment;
  const { namespace, nodeDirectories, zones = 1 } = platform;
  const problems = new Problems()
    .add(clusterProblems(platform.cluster))
    .require(
      isDnsLabel(namespace.name),
      `'platform.namespace.name' ('${namespace.name}') must be a DNS label: lower-case letters, digits and '-'`,
    )
    .add(engineProblems(platform))
    .add(platform.operators ? operatorProblems(platform.operators, namespace.name) : [])
    .require(isZoneCount(zones), `'platform.zones' (${zones}) must be a whole number of at least 1`)
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

/** Who runs what, and whether he is there. */
function engineProblems({ kafka, elasticsearch, operators }: KubernetesPlatform): string[] {
  const operated = Object.entries({ kafka, elasticsearch }).flatMap(([fact, engine]) =>
    engine && engine.kind !== "imported" ? [{ fact, kind: engine.kind }] : [],
  );
  return new Problems()
    .add(
      operators
        ? []
        : operated.map(
            ({ fact, kind }) =>
              `'platform.${fact}.kind' is '${kind}', and no operator is said to run it: add 'platform.operators', or leave 'platform.${fact}' out`,
          ),
    )
    .require(
      !operators || operated.length > 0,
      "'platform.operators' means nothing: neither 'platform.kafka' nor 'platform.elasticsearch' is of a kind that an operator runs; remove it, or say 'strimzi' or 'eck'",
    )
    .list();
}

function operatorProblems({ namespace: { name, create }, alsoWatch = [] }: Operators, own: string): string[] {
  const path = "platform.operators.alsoWatch";
  const label = "a DNS label: lower-case letters, digits and '-'";
  return new Problems()
    .require(isDnsLabel(name), `'platform.operators.namespace.name' ('${name}') must be ${label}`)
    .require(
      name !== own,
      `'platform.operators.namespace.name' ('${name}') is 'platform.namespace.name' as well, where Pod Security lets pods read the node's files: operators need nothing of that; give them a namespace of their own`,
    )
    .require(
      create || alsoWatch.length === 0,
      `'${path}' (${alsoWatch.join(", ")}) means nothing where 'platform.operators.namespace.create' is false: who installed them says what they watch; remove it`,
    )
    .add(
      [...new Set(alsoWatch)].flatMap((watched) =>
        new Problems()
          .require(isDnsLabel(watched), `'${path}' has '${watched}', which must be ${label}`)
          .require(
            watched !== own,
            `'${path}' has '${watched}', which is 'platform.namespace.name' and watched anyway: remove it`,
          )
          .require(
            alsoWatch.indexOf(watched) === alsoWatch.lastIndexOf(watched),
            `'${path}' has '${watched}' more than once: name it once`,
          )
          .list(),
      ),
    )
    .list();
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
