import type { DashboardDefinition } from "./panel";
import { BY_SERVICE } from "./lines";
import type { Metric, TermsBucket } from "../query/operations";

const BY_TYPE = { by: "terms", field: "error.type", label: "Error type", limit: 10 } as const satisfies TermsBucket;
const OCCURRENCES = { of: "count", label: "Occurrences" } as const satisfies Metric;

/** What goes wrong, by its type. */
export const errors: DashboardDefinition = {
  name: "errors",
  title: "Errors",
  description: "Which errors there are, where they come from, since when, and the newest lines about them.",
  since: "24h",
  controls: [
    { field: "service.name", label: "Service" },
    { field: "error.type", label: "Error type" },
  ],
  rows: [
    {
      height: 12,
      panels: [
        {
          kind: "time series",
          title: "Errors by type",
          filter: { field: "error.type", exists: true },
          metrics: [OCCURRENCES],
          splitBy: BY_TYPE,
          style: "stacked bars",
        },
        {
          kind: "pie",
          title: "Errors by service",
          filter: { field: "error.type", exists: true },
          by: BY_SERVICE,
          metric: OCCURRENCES,
        },
      ],
      widths: [32, 16],
    },
    {
      height: 14,
      panels: [
        {
          kind: "table",
          title: "Error types",
          filter: { field: "error.type", exists: true },
          rows: [BY_TYPE, { ...BY_SERVICE, limit: 5 }],
          metrics: [
            OCCURRENCES,
            { of: "min", field: "@timestamp", label: "First seen", format: "time" },
            { of: "max", field: "@timestamp", label: "Last seen", format: "time" },
            { of: "unique", field: "trace.id", label: "Traces" },
          ],
        },
        {
          kind: "top values",
          title: "Called services that fail",
          filter: { field: "service.target.name", exists: true },
          by: { by: "terms", field: "service.target.name", label: "Called service", limit: 10 },
          metric: OCCURRENCES,
        },
      ],
      widths: [32, 16],
    },
    {
      height: 16,
      panels: [
        {
          kind: "lines",
          title: "Newest errors",
          filter: { field: "error.type", exists: true },
          fields: ["@timestamp", "service.name", "log.level", "error.type", "message", "error.message", "trace.id"],
        },
      ],
    },
  ],
};
