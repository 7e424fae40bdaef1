/** The fields `data_stream.*` of what is in a stream. @param stream `<type>-<dataset>-<namespace>`; the namespace may have hyphens */
export function splitDataStream(stream: string): { type: string; dataset: string; namespace: string } {
  const [type = "", dataset = "", ...namespace] = stream.split("-");
  return { type, dataset, namespace: namespace.join("-") };
}
