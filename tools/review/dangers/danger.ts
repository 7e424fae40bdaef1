import type { EnvironmentChange } from "../compare";
import type { Item } from "../items";
import { itemInWords } from "../words";

/**
 * - `danger`: data or lines are lost, or everything stands still, unless somebody does something else first
 * - `warning`: somebody must know, and perhaps prepare something
 * - `notice`: worth a look
 */
export const SEVERITIES = ["danger", "warning", "notice"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Something that a rule found. Texts are Markdown of one line. */
export interface Finding {
  readonly severity: Severity;
  readonly component: string;
  /** What changes: `Topic app-logs: partitions`. */
  readonly what: string;
  readonly from?: string;
  readonly to?: string;
  /** Why that is dangerous. */
  readonly why: string;
  /** How the same is had safely. */
  readonly safeWay: string;
}

/** Knows one kind of danger. */
export interface DangerRule {
  readonly name: string;
  /** For docs/review.md: what it finds, and how severe that is. */
  readonly finds: Partial<Readonly<Record<Severity, string>>>;
  find(change: EnvironmentChange): readonly Finding[];
}

/** Component and name of a finding about an item. */
export function about(item: Item, what?: string): Pick<Finding, "component" | "what"> {
  return { component: item.component, what: what === undefined ? itemInWords(item) : `${itemInWords(item)}: ${what}` };
}
