import type { Consumer, RecordsBatch } from "@platformatic/kafka";
import { RecordList } from "./record-list";

/** The library does not name it. */
export type FetchResponse = Awaited<ReturnType<Consumer["fetch"]>>;

const IS_CONTROL = 0b10_0000;
const IS_LOG_APPEND_TIME = 0b1000;

/** When the broker took a batch, in ms; undefined if its records carry their producers' times. */
export function appendTimeOf({ attributes, maxTimestamp }: RecordsBatch): number | undefined {
  return attributes & IS_LOG_APPEND_TIME ? Number(maxTimestamp) : undefined;
}

/** The records of a partition from a position on; a broker sends whole batches, which may start before it. */
export function readPartition(
  topicId: string,
  partition: number,
  position: number,
  batches: readonly RecordsBatch[],
): { readonly records: RecordList; readonly nextOffset: number } {
  const count = batches.reduce((sum, batch) => sum + batch.records.length, 0);
  const records = new RecordList(topicId, partition, count);
  let nextOffset = position;
  for (const batch of batches) {
    const firstOffset = Number(batch.firstOffset);
    nextOffset = Math.max(nextOffset, firstOffset + batch.lastOffsetDelta + 1);
    // Markers of transactions are no records.
    if (batch.attributes & IS_CONTROL) continue;
    const appendTime = appendTimeOf(batch);
    const firstTimestamp = Number(batch.firstTimestamp);
    for (const record of batch.records) {
      const offset = firstOffset + record.offsetDelta;
      if (offset < position) continue;
      const timestamp = appendTime ?? firstTimestamp + Number(record.timestampDelta);
      records.add(offset, timestamp, record.key, record.value);
    }
  }
  return { records, nextOffset };
}

/** How many times larger the records are than what was sent; undefined if there were none. */
export function compressionOf(response: FetchResponse): number | undefined {
  let sent = 0;
  let read = 0;
  for (const { partitions } of response.responses) {
    for (const { records } of partitions) {
      for (const batch of records ?? []) {
        sent += batch.length;
        for (const record of batch.records) read += record.length;
      }
    }
  }
  return sent === 0 ? undefined : read / sent;
}
