import type { ElasticsearchApi } from "../contract/content";
import { IMAGE_SOURCES, recipeTag, type ImageSource, type RecipeName } from "./recipes";

export { IMAGE_SOURCES, type ImageSource };

/** The images that a stack runs. */
export type ImageName =
  "kafka" | "elasticsearch" | "kibana" | "oauth2-proxy" | "filebeat" | "jaeger" | "consumer" | "sample-services";

/** What is pulled when the source is `registry`. The rest of {@link ImageName} is ours and built from this repository. */
const PUBLIC_IMAGES = {
  kafka: "apache/kafka:4.3.0",
  elasticsearch: "docker.elastic.co/elasticsearch/elasticsearch:9.5.4",
  kibana: "docker.elastic.co/kibana/kibana:9.5.4",
  "oauth2-proxy": "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3",
  filebeat: "docker.elastic.co/beats/filebeat:9.5.4",
  jaeger: "jaegertracing/jaeger:2.13.0",
} as const satisfies Partial<Record<ImageName, string>>;

/** Which recipe builds an image; Kibana can be had from no package registry, and without it there is nothing to stand before. */
const BUILT_IMAGES: Readonly<Record<ImageSource, readonly (ImageName & RecipeName)[]>> = {
  registry: ["consumer", "sample-services"],
  packages: ["kafka", "elasticsearch", "filebeat", "jaeger", "consumer", "sample-services"],
};

/** The core of Elasticsearch, which is all that a package registry has, has no x-pack: no lifecycles, no streams' own API. */
export const ELASTICSEARCH_LACKS: Readonly<Record<ImageSource, readonly ElasticsearchApi[]>> = {
  registry: [],
  packages: ["_slm/policy", "_ilm/policy", "_data_stream"],
};

/**
 * The exact reference of every image that a source has. `packages` has no `kibana` and no `oauth2-proxy`.
 *
 * @param root the repository's root: the tags of images that are built follow from the content of their recipes
 */
export function imageReferences(source: ImageSource, root: string): Readonly<Partial<Record<ImageName, string>>> {
  return {
    ...(source === "registry" ? PUBLIC_IMAGES : {}),
    ...Object.fromEntries(BUILT_IMAGES[source].map((name) => [name, recipeTag(name, source, root)])),
  };
}

/** Whether a word, such as a setting's value, names a source. */
export function isImageSource(word: string): word is ImageSource {
  return (IMAGE_SOURCES as readonly string[]).includes(word);
}

/** The images of a source that are built from recipes here, rather than pulled. */
export function builtImages(source: ImageSource): readonly (ImageName & RecipeName)[] {
  return BUILT_IMAGES[source];
}
