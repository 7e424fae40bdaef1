import { dataStreamName, deadLetterStreamName } from "../../contract/names";

/** Where the consumer of an environment writes. */
export function indexTarget(namespace: string) {
  return { dataStream: dataStreamName(namespace), deadLetterStream: deadLetterStreamName(namespace) };
}
