import * as crypto from "node:crypto";
import { fileFamily, type LineOrigin } from "../../../contract/line-origin";

/** Of base64url, six bits each: 132 bits, so that a billion billion lines may share a data stream. */
const LENGTH = 22;

/**
 * The document id of a line: the same for the same line from the same place, whoever reads it and however often.
 *
 * A line that tells its own time is known by it, so the file's name without a rotation's date is enough: a dated copy, or a node
 * that was restored under other inodes, has the same lines. A line without a time needs the inode: two runs of a job begin
 * alike, in files whose names differ only in the date.
 *
 * NUL separates the parts: no host name and no path has one, so that no two origins read alike.
 *
 * @param hasTime whether the line tells its own time
 */
export function documentId(origin: LineOrigin, content: string, hasTime: boolean): string {
  const inode = hasTime ? "" : origin.inode;
  return sha256(`${origin.host}\0${fileFamily(origin.file)}\0${inode}\0${origin.offset}\0${content}`).slice(0, LENGTH);
}

/**
 * The id of a message whose shipper does not say where its line is from: its place in Kafka, which a replay of the shipper changes.
 *
 * @param topicId Kafka's id of the topic: a topic that is deleted and created again has the same offsets once more. Undefined for
 * dead letters that were written before the id was kept, which keep the document id that they had
 */
export function messageId(topic: string, topicId: string | undefined, partition: number, offset: number): string {
  const place = topicId === undefined ? topic : `${topic}\0${topicId}`;
  return sha256(`kafka\0${place}\0${partition}\0${offset}`).slice(0, LENGTH);
}

/** The one-shot hash costs half of what a Hash object does, but is not in every Node 20. */
const sha256: (text: string) => string =
  typeof crypto.hash === "function"
    ? (text) => crypto.hash("sha256", text, "base64url")
    : (text) => crypto.createHash("sha256").update(text).digest("base64url");
