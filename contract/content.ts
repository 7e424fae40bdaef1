import { z } from "zod";
import type { Json } from "./index-template";

/**
 * What `content apply` is told to put: rendered by the constructs, where a review sees it, and read by the program from a file.
 */

/** Elasticsearch's, in the order in which they are put: each may name what an earlier one made. */
export const ELASTICSEARCH_APIS = [
  "_snapshot",
  "_slm/policy",
  "_ilm/policy",
  "_component_template",
  "_index_template",
  "_data_stream",
] as const;

/** Kibana's: dashboards and rules name data views. */
export const KIBANA_APIS = ["data_view", "dashboard", "alert_rule"] as const;

/** In the order in which things are put; they are removed in the opposite one. */
export const CONTENT_APIS = [...ELASTICSEARCH_APIS, ...KIBANA_APIS] as const;

export type ElasticsearchApi = (typeof ELASTICSEARCH_APIS)[number];
export type KibanaApi = (typeof KIBANA_APIS)[number];
export type ContentApi = (typeof CONTENT_APIS)[number];

const json = z.custom<Json>((value) => typeof value === "object" && value !== null && !Array.isArray(value), {
  error: "must be an object",
});

const contentSchema = z.strictObject({
  api: z.enum(CONTENT_APIS),
  /** A name in Elasticsearch, an id in Kibana. */
  name: z.string().regex(/^[a-z0-9][a-z0-9@._-]*$/, "must be small letters, digits, '@', '.', '_' and '-'"),
  body: json,
});

/** A thing that `content apply` puts. */
export type Content<Api extends ContentApi = ContentApi> = Readonly<z.output<typeof contentSchema>> & {
  readonly api: Api;
};

export const contentFileSchema = z.strictObject({
  /** In the order of {@link CONTENT_APIS}. */
  content: z.array(contentSchema),
  /** The APIs of which the file has all that is ours: what is found there beyond it is removed. */
  complete: z.array(z.enum(CONTENT_APIS)),
  /** What the environment asks for and the server cannot do, for people. */
  leftOut: z.array(z.strictObject({ what: z.string(), why: z.string() })),
});

export type ContentFile = Readonly<z.output<typeof contentFileSchema>>;

/** As in `PUT /_index_template/logs-app`, without the first slash. */
export function contentPath({ api, name }: Pick<Content, "api" | "name">): string {
  return `${api}/${name}`;
}

export function isKibanaApi(api: ContentApi): api is KibanaApi {
  return (KIBANA_APIS as readonly ContentApi[]).includes(api);
}

/** What takes something away from people, and is only done when the environment says so. */
export const CONTENT_CHANGES = ["shorter-retention", "incompatible-mapping"] as const;

export type ContentChange = (typeof CONTENT_CHANGES)[number];

/** Begins the ids of all that is ours in Kibana, where most things have no place for a mark. */
export const KIBANA_ID_PREFIX = "log-pipeline-";
