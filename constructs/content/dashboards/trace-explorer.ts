import type { DashboardDefinition } from "./panel";
import { BY_SERVICE, COUNT, ERROR_COUNT } from "./lines";

/** All lines of a call chain. */
export const traceExplorer: DashboardDefinition = {
  name: "trace-explorer",
  title: "Trace explorer",
  description: "Every line of a trace, across services, in the order in which they were written.",
  since: "24h",
  controls: [
    { field: "trace.id", label: "Trace" },
    { field: "http.request.id", label: "Request" },
    { field: "service.name", label: "Service" },
  ],
  rows: [
    {
      height: 4,
      panels: [
        {
          kind: "markdown",
          content:
            'Choose a **Trace** above, or search for `trace.id: "..."`: the lines below are then one call chain, oldest first. ' +
            "The link of a trace's id opens its spans in Jaeger.",
        },
      ],
    },
    {
      height: 20,
      panels: [
        {
          kind: "lines",
          title: "Lines of the trace",
          filter: { field: "trace.id", exists: true },
          order: "oldest",
          fields: [
            "@timestamp",
            "service.name",
            "log.level",
            "message",
            "error.type",
            "http.request.id",
            "trace.id",
            "span.id",
          ],
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: "table",
          title: "Traces",
          description: "Those with most lines.",
          filter: { field: "trace.id", exists: true },
          rows: [{ by: "terms", field: "trace.id", label: "Trace", limit: 20 }],
          metrics: [
            COUNT,
            ERROR_COUNT,
            { of: "unique", field: "service.name", label: "Services" },
            { of: "min", field: "@timestamp", label: "Began", format: "time" },
            { of: "max", field: "@timestamp", label: "Last line", format: "time" },
          ],
        },
        {
          kind: "top values",
          title: "Services of the trace",
          filter: { field: "trace.id", exists: true },
          by: BY_SERVICE,
          metric: COUNT,
        },
      ],
      widths: [34, 14],
    },
  ],
};
