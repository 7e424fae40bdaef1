import { amountOf, type Quantity, readable } from "./derived";

/** A stated size that is beyond a bound. */
export interface Shortfall {
  /** What is stated, as it is called there: `kafka.logs.retention`. */
  readonly fact: string;
  readonly stated: string;
  readonly needed: string;
  /** Both values and the mend. */
  readonly problem: string;
}

interface Bound {
  readonly fact: string;
  readonly stated: Quantity;
  readonly needed: Quantity;
  /** After the two values: why, and what to do. */
  readonly why: string;
}

/** A shortfall if less is stated than needed. */
export function atLeast({ fact, stated, needed, why }: Bound): Shortfall[] {
  if (amountOf(stated) >= amountOf(needed)) return [];
  return [shortfall(fact, "least", stated, needed, why)];
}

/** A shortfall if more is stated than allowed. */
export function atMost({ fact, stated, needed, why }: Bound): Shortfall[] {
  if (amountOf(stated) <= amountOf(needed)) return [];
  return [shortfall(fact, "most", stated, needed, why)];
}

function shortfall(fact: string, bound: "least" | "most", stated: Quantity, needed: Quantity, why: string): Shortfall {
  const [is, must] = distinct(stated, needed);
  return { fact, stated: is, needed: must, problem: `'${fact}' (${is}) must be at ${bound} ${must}: ${why}` };
}

/** Three digits, unless that would say that 1 GiB must be at least 1 GiB. */
function distinct(stated: Quantity, needed: Quantity): [string, string] {
  const short: [string, string] = [readable(stated), readable(needed)];
  return short[0] === short[1] ? [String(stated), String(needed)] : short;
}
