import { Size } from "../core/size";

/**
 * Filebeat's memory, bounded by bytes. Its own bounds are numbers (events in the queue, open files), and a line can be 1 MiB: the
 * numbers follow from the memory limit and the longest line.
 *
 * The figures were measured with Filebeat 9.3: 95 MiB at rest and while it ships short lines; up to 74 KiB for an open file; and
 * for a queued event twice its line, once as it was read and once as JSON. Lines of control characters alone, which take six
 * bytes each as JSON, stay within it too: Filebeat encodes them no faster than Kafka takes them.
 */
const BASE = Size.mebibytes(96);
const OPEN_FILE = Size.kibibytes(74);
const COPIES_OF_A_LINE = 2;

/** Files that Filebeat reads at the same time; others wait until one of these has rested. */
export const OPEN_FILES = 1_200;

/** Read buffer of an open file; 4 KiB saves nothing that could be measured, and 64 KiB costs 50 MiB more for 1,000 files. */
export const READ_BUFFER = Size.kibibytes(16);

/** Filebeat refuses a smaller queue. */
export const MIN_QUEUE_EVENTS = 32;
/** What Filebeat's throughput still gains from. */
const MAX_EVENTS = 4_096;

/** Events that fit into the memory that open files and Filebeat itself leave. */
export function queueEvents(memory: Size, maxLineBytes: number): number {
  const left = memory.toBytes() - reserved();
  return Math.min(MAX_EVENTS, Math.floor(left / (COPIES_OF_A_LINE * maxLineBytes)));
}

/** The least memory whose queue has this many events, in whole MiB. */
export function memoryFor(events: number, maxLineBytes: number): Size {
  return Size.mebibytes(Math.ceil((reserved() + events * COPIES_OF_A_LINE * maxLineBytes) / MEBIBYTE));
}

/** Why a memory limit cannot hold the queue; empty if it can. */
export function memoryProblems(memory: Size, maxLineBytes: number): string[] {
  if (queueEvents(memory, maxLineBytes) >= MIN_QUEUE_EVENTS) return [];
  return [
    `'filebeat.memory' (${memory}) cannot hold Filebeat's smallest queue, ${MIN_QUEUE_EVENTS} lines of 'filebeat.maxLine' (${Size.bytes(maxLineBytes)}), each as it was read and as JSON, beside its own ${Size.bytes(reserved())}: give at least ${memoryFor(MIN_QUEUE_EVENTS, maxLineBytes)} or lower 'filebeat.maxLine'`,
  ];
}

/** Soft limit of the Go runtime's heap, for `GOMEMLIMIT`: it collects more often before the kernel would kill the container. */
export function goMemoryLimit(memory: Size): string {
  return `${Math.floor((memory.toBytes() * 0.85) / MEBIBYTE)}MiB`;
}

function reserved(): number {
  return BASE.toBytes() + OPEN_FILES * OPEN_FILE.toBytes();
}

const MEBIBYTE = 1024 * 1024;
