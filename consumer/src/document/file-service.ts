import { fileFamily } from "../../../contract/line-origin";

/** The kubelet's link to a container's log: `<pod>_<namespace>_<container>-<id>.log`. */
const CONTAINER_LOG = /^[^_]+_[^_]+_(?<container>.+)-[0-9a-f]{64}$/;

/** What Kubernetes adds to a name: a StatefulSet's ordinal, or a ReplicaSet's hash and a pod's, in the letters that it uses for them. */
const REPLICA = /-(?:\d{1,5}|[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5})$/;

/**
 * The service that writes a file, by the file's name: `/var/log/myapp/orders-0.log` and `orders-20260131.log` are of `orders`, and a
 * container's log is of its container. Undefined if nothing is left of the name.
 */
export function serviceOfFile(path: string): string | undefined {
  const family = fileFamily(path);
  const base = family.slice(family.lastIndexOf("/") + 1);
  const name = base.includes(".") ? base.slice(0, base.lastIndexOf(".")) : base;
  const service = CONTAINER_LOG.exec(name)?.groups?.["container"] ?? name.replace(REPLICA, "");
  return service === "" ? undefined : service;
}
