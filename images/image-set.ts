import { FILEBEAT_MAJOR, imageReferences, type ImageName, type ImageSource } from "./catalog";

/** The images of a stack, by component. */
export interface ImageSet {
  readonly kafka: string;
  readonly elasticsearch: string;
  /** Absent where its image cannot be had. */
  readonly kibana?: string;
  readonly filebeat: string;
  readonly filebeatMajor: 7 | 9;
  readonly jaeger: string;
  readonly consumer: string;
  readonly sampleServices: string;
}

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
    ...(references.kibana ? { kibana: references.kibana } : {}),
    filebeat: required("filebeat"),
    filebeatMajor: FILEBEAT_MAJOR[source],
    jaeger: required("jaeger"),
    consumer: required("consumer"),
    sampleServices: required("sample-services"),
  };
}
