import type { Platform } from "./environment";

/** Availability zones of a platform; 1 where none is told from another, or where what is stated can be no number of zones. */
export function zonesOf(platform: Platform): number {
  const zones = platform.kind === "kubernetes" ? (platform.zones ?? 1) : 1;
  return isZoneCount(zones) ? zones : 1;
}

export function isZoneCount(zones: number): boolean {
  return Number.isInteger(zones) && zones >= 1;
}
