const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
  pi: 2 ** 50,
};

/** A size as Kubernetes reads it (`1536000Mi`), in bytes; undefined if it is none. */
export function quantity(text: string | undefined): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([kmgtp]?i?)$/i.exec(text ?? "") ?? [];
  const factor = UNITS[unit.toLowerCase()];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

const TIMES: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time as Elasticsearch reads it (`14d`), in milliseconds; undefined if it is none. */
export function elasticsearchTime(text: string | undefined): number | undefined {
  const [, amount, unit = ""] = /^(\d+)(ms|s|m|h|d)$/.exec(text ?? "") ?? [];
  const factor = TIMES[unit];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}
