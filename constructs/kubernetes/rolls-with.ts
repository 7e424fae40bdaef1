import { createHash } from "node:crypto";

/** Annotations of a pod template by which pods are made anew when a text changes that their program reads only once. */
export function rollsWith(config: string): Record<string, string> {
  return { "checksum/config": createHash("sha256").update(config).digest("hex").slice(0, 16) };
}
