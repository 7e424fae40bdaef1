import type { Filter } from "../query/filter";
import type { FiltersBucket, Metric, TermsBucket } from "../query/operations";

/** What several dashboards ask, in the same words. */

/** Lines that tell of a failure: zap's and logrus's levels. */
export const ERRORS = { field: "log.level", is: ["error", "fatal", "panic", "dpanic"] } as const satisfies Filter;

/** The line that a service writes when it has answered a request. */
export const ACCESS = {
  all: [
    { field: "http.response.status_code", exists: true },
    { field: "event.duration", exists: true },
  ],
} as const satisfies Filter;

export const COUNT = { of: "count", label: "Lines" } as const satisfies Metric;

export const ERROR_COUNT = { of: "count", label: "Errors", filter: ERRORS } as const satisfies Metric;

export const ERROR_SHARE = {
  of: "share",
  that: ERRORS,
  label: "Error rate",
  format: "percent",
} as const satisfies Metric;

export const BY_SERVICE = {
  by: "terms",
  field: "service.name",
  label: "Service",
  limit: 10,
} as const satisfies TermsBucket;

export const BY_LEVEL = { by: "terms", field: "log.level", label: "Level", limit: 6 } as const satisfies TermsBucket;

export const BY_STATUS = {
  by: "filters",
  filters: (
    [
      [200, 300],
      [300, 400],
      [400, 500],
      [500, 600],
    ] as const
  ).map(([from, below]) => ({
    label: `${from / 100}xx`,
    that: { field: "http.response.status_code", from, below },
  })),
} as const satisfies FiltersBucket;

/** How long requests took: the middle one, and the slow ones. */
export const DURATIONS = [
  { of: "percentile", field: "event.duration", percentile: 50, label: "p50", format: "nanoseconds" },
  { of: "percentile", field: "event.duration", percentile: 95, label: "p95", format: "nanoseconds" },
] as const satisfies readonly Metric[];
