import { minMessageBytes } from "../../contract/size-limits";
import { Size } from "../core/size";

/**
 * Filebeat's memory, bounded by bytes. Its own bounds are numbers (events in the queue, open files), and a line can be 1 MiB: the
 * numbers follow from the memory limit and the longest line.
 *
 * The figures were measured with Filebeat 9.3: 95 MiB at rest and while it ships short lines; up to 74 KiB for an open file;
 * and for a queued event up to the size of its JSON text, in which a control character takes six bytes.
 */
const BASE = Size.mebibytes(96);
const OPEN_FILE = Size.kibibytes(74);

/** Files that Filebeat reads at the same time; others wait until one of these has rested. */
export const OPEN_FILES = 1_200;

/** Read buffer of an open file; 4 KiB saves nothing that could be measured, and 64 KiB costs 50 MiB more for 1,000 files. */
export const READ_BUFFER = Size.kibibytes(16);

/** Filebeat refuses a smaller queue. */
const MIN_EVENTS = 32;
/** What Filebeat's throughput still gains from. */
const MAX_EVENTS = 4_096;

/** Events that fit into the memory that open files and Filebeat itself leave. */
export function queueEvents(memory: Size, maxLineBytes: number): number {
  const left = memory.toBytes() - reserved();
  return Math.min(MAX_EVENTS, Math.floor(left / minMessageBytes(maxLineBytes)));
}

/** Why a memory limit cannot hold the queue; empty if it can. */
export function memoryProblems(memory: Size, maxLineBytes: number): string[] {
  if (queueEvents(memory, maxLineBytes) >= MIN_EVENTS) return [];
  const needed = Math.ceil((reserved() + MIN_EVENTS * minMessageBytes(maxLineBytes)) / MEBIBYTE);
  return [
    `'filebeat.memory' (${memory}) cannot hold Filebeat's smallest queue, ${MIN_EVENTS} lines of 'filebeat.maxLine' (${Size.bytes(maxLineBytes)}) of up to ${Size.bytes(minMessageBytes(maxLineBytes))} each as JSON, beside its own ${Size.bytes(reserved())}: give at least ${needed} MiB or lower 'filebeat.maxLine'`,
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
