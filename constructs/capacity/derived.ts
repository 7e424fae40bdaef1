import { Duration } from "../core/duration";
import { Size } from "../core/size";

export type Quantity = number | Size | Duration;

/** A number of the plan with the rule that it follows from, so that nobody has to believe it. */
export interface Derived<T extends Quantity> {
  readonly value: T;
  /** The rule with its values. */
  readonly because: string;
  /** Who says so. */
  readonly source: string;
}

export function derived<T extends Quantity>(value: T, because: string, source: string): Derived<T> {
  return { value, because, source };
}

/** The amount in its base unit: a count, bytes or milliseconds. */
export function amountOf(quantity: Quantity): number {
  if (typeof quantity === "number") return quantity;
  return quantity instanceof Size ? quantity.toBytes() : quantity.toMilliseconds();
}

/** For people: `1,200`, `4.5 GiB`, `36h`. */
export function readable(quantity: Quantity): string {
  if (typeof quantity === "number") return grouped(quantity);
  return quantity instanceof Size ? readableSize(quantity) : readableDuration(quantity);
}

export function grouped(count: number): string {
  const rounded = count >= 100 || Number.isInteger(count) ? Math.round(count) : Number(count.toPrecision(3));
  const [whole = "", fraction] = String(rounded).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? `.${fraction}` : "");
}

/** Three digits and a unit: what is derived is no more exact. */
function readableSize(size: Size): string {
  const unit = UNITS.findLast(([, bytes]) => size.toBytes() >= bytes) ?? UNITS[0];
  const amount = size.toBytes() / unit[1];
  return `${grouped(Number(amount.toPrecision(amount >= 1000 ? 4 : 3)))} ${unit[0]}`;
}

/** Whole days read better than hours. */
function readableDuration(duration: Duration): string {
  if (duration.toMilliseconds() === 0) return "0";
  const days = duration.toMilliseconds() / Duration.days(1).toMilliseconds();
  return Number.isInteger(days) && days > 1 ? `${days}d` : duration.toString();
}

const UNITS = [
  ["B", 1],
  ["KiB", 1024],
  ["MiB", 1024 ** 2],
  ["GiB", 1024 ** 3],
  ["TiB", 1024 ** 4],
  ["PiB", 1024 ** 5],
] as const;

/** So many bytes, rounded up to whole steps. A need that is rounded down is no need. */
export function roundedUp(bytes: number, step: Size): Size {
  return Size.bytes(steps(bytes, step.toBytes()) * step.toBytes());
}

/** How many of `each` it takes. A sum of fractions that is off by its rounding must not cost one more. */
export function steps(amount: number, each: number): number {
  return Math.max(0, Math.ceil(amount / each - 1e-9));
}
