import type { ElasticsearchApi } from "../contract/content";
import { ELASTICSEARCH_LACKS, imageReferences, type ImageName, type ImageSource } from "./catalog";
import { OWN_PREFIX } from "./recipes";

/** The images of a stack, by component. */
export interface ImageSet {
  readonly kafka: string;
  readonly elasticsearch: string;
  /** What that Elasticsearch has not, of what its content needs. */
  readonly elasticsearchLacks: readonly ElasticsearchApi[];
  /** Absent where its image cannot be had. */
  readonly kibana?: string;
  /** What asks an OpenID Connect provider before Kibana does. Absent where its image cannot be had. */
  readonly oauth2Proxy?: string;
  readonly filebeat: string;
  readonly jaeger: string;
  readonly consumer: string;
  readonly sampleServices: string;
}

/** The images that every source has. */
export type CertainImage = Exclude<keyof ImageSet, "elasticsearchLacks" | "kibana" | "oauth2Proxy">;

/** The images of a source, as a stack takes them. */
export function imageSet(source: ImageSource, root: string): ImageSet {
  const references = imageReferences(source, root);
  const required = (name: ImageName): string => {
    const reference = references[name];
    if (!reference) throw new Error(`source '${source}' has no image '${name}'`);
    return reference;
  };
  return {
    kafka: required("kafka"),
    elasticsearch: required("elasticsearch"),
    elasticsearchLacks: ELASTICSEARCH_LACKS[source],
    ...(references.kibana ? { kibana: references.kibana } : {}),
    ...(references["oauth2-proxy"] ? { oauth2Proxy: references["oauth2-proxy"] } : {}),
    filebeat: required("filebeat"),
    jaeger: required("jaeger"),
    consumer: required("consumer"),
    sampleServices: required("sample-services"),
  };
}

/** The same images, those of ours from the registry that they were pushed to. */
export function publishedIn(registry: string, images: ImageSet): ImageSet {
  return {
    ...images,
    ...Object.fromEntries(
      Object.entries(images).map(([name, value]) => [
        name,
        typeof value === "string" ? published(registry, value) : value,
      ]),
    ),
  };
}

/** What an image is called in a registry; one that is not ours is where it was. */
export function published(registry: string, reference: string): string {
  return reference.startsWith(OWN_PREFIX) ? `${registry}/${reference.slice(OWN_PREFIX.length)}` : reference;
}
