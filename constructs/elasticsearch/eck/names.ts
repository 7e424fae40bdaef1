/** Of the Elasticsearch object. What ECK makes for it is named after it (ECK 3.5, pkg/apis/elasticsearch/v1/name.go). */
export const CLUSTER = "elasticsearch";

/** The Service that clients use; its certificate has this name, with the namespace, among its own. */
export const HTTP_SERVICE = `${CLUSTER}-es-http`;

/** Secret with the authority that signed its certificate, in `ca.crt`. */
export const HTTP_CERTIFICATES = `${HTTP_SERVICE}-certs-public`;

/** Secret with the password of the user `elastic`, under that key. */
export const SUPERUSER_SECRET = `${CLUSTER}-es-elastic-user`;

export function statefulSet(nodeSet: string): string {
  return `${CLUSTER}-es-${nodeSet}`;
}

/** ECK's label of everything that belongs to one Elasticsearch. */
export const CLUSTER_LABEL = "elasticsearch.k8s.elastic.co/cluster-name";

export const STATEFUL_SET_LABEL = "elasticsearch.k8s.elastic.co/statefulset-name";

/** What tells the cluster's pods from all others. Unlike their other labels they never change. */
export const CLUSTER_LABELS = { "common.k8s.elastic.co/type": "elasticsearch", [CLUSTER_LABEL]: CLUSTER } as const;

/** Of the nodes that take lines. */
export const HOT_LABEL = { "elasticsearch.k8s.elastic.co/node-data_hot": "true" } as const;
