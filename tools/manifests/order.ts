import { byText } from "./json";
import type { KubernetesObject } from "./object";

/** What others need is made first, so that one `kubectl apply` is enough. What is not listed comes last. */
const ORDER: readonly (readonly string[])[] = [
  ["Namespace", "CustomResourceDefinition"],
  ["PriorityClass", "RuntimeClass", "StorageClass", "ResourceQuota", "LimitRange", "NetworkPolicy"],
  ["ServiceAccount"],
  ["ClusterRole", "Role"],
  ["ClusterRoleBinding", "RoleBinding"],
  ["ConfigMap", "Secret", "PersistentVolume", "PersistentVolumeClaim"],
  ["Service"],
  ["DaemonSet", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "Pod"],
  ["CronJob", "Job"],
];

/** How many are made before an object. */
export function rank({ kind }: KubernetesObject): number {
  const found = ORDER.findIndex((kinds) => kinds.includes(kind));
  return found < 0 ? ORDER.length : found;
}

/** Objects in the order in which they are to be made: the same for the same objects. */
export function inOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return [...objects].sort((left, right) => rank(left) - rank(right) || byText(identity(left), identity(right)));
}

/** What an object is found by in a cluster. */
export function identity({ apiVersion, kind, metadata }: KubernetesObject): string {
  return [kind, apiVersion, metadata.namespace, metadata.name ?? `${metadata.generateName}*`].filter(Boolean).join(" ");
}
