/**
 * What the components of an environment are called in their cluster, as far as the tools must know. Beside the constructs
 * rather than of them: those load Terraform's bindings, for which no tool should wait. A test holds the two together.
 */
export const COMPONENT = {
  kafka: "kafka",
  elasticsearch: "elasticsearch",
  filebeat: "filebeat",
  consumer: "consumer",
  jaeger: "jaeger",
  gateway: "gateway",
} as const;

/** Ports of components that the tools speak with. */
export const PORT = { gateway: 8080, jaeger: 16686, elasticsearch: 9200 } as const;

/** The Secret of the user who may search, and nothing else. */
export const READER_SECRET = "elasticsearch-user-read";

/** How an Elasticsearch that ECK runs proves who it is: the Secret of its authority, and a name in its certificate. */
export const ECK_TLS = {
  secret: "elasticsearch-es-http-certs-public",
  key: "ca.crt",
  serverName: (namespace: string) => `elasticsearch-es-http.${namespace}.svc`,
} as const;
