import type { DashboardDefinition } from "./panel";
import { ACCESS, BY_LEVEL, BY_SERVICE, COUNT, DURATIONS, ERROR_COUNT, ERROR_SHARE } from "./lines";

/** How every service is doing. */
export const servicesOverview: DashboardDefinition = {
  name: "services-overview",
  title: "Services overview",
  description: "How much each service writes, how much of it tells of failures, and which of its endpoints are slow.",
  controls: [
    { field: "service.name", label: "Service" },
    { field: "log.level", label: "Level" },
    { field: "host.name", label: "Host" },
  ],
  rows: [
    {
      height: 6,
      panels: [
        { kind: "number", title: "Lines", metric: COUNT },
        { kind: "number", title: "Errors", metric: ERROR_COUNT, beside: ERROR_SHARE },
        { kind: "number", title: "Services", metric: { of: "unique", field: "service.name", label: "Services" } },
        { kind: "number", title: "Traces", metric: { of: "unique", field: "trace.id", label: "Traces" } },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: "time series",
          title: "Volume by service",
          metrics: [COUNT],
          splitBy: BY_SERVICE,
          style: "stacked bars",
        },
        { kind: "time series", title: "Volume by level", metrics: [COUNT], splitBy: BY_LEVEL, style: "stacked bars" },
      ],
    },
    {
      height: 12,
      panels: [
        { kind: "time series", title: "Error rate by service", metrics: [ERROR_SHARE], splitBy: BY_SERVICE },
        {
          kind: "table",
          title: "Services",
          rows: [BY_SERVICE],
          metrics: [
            COUNT,
            ERROR_COUNT,
            ERROR_SHARE,
            { of: "max", field: "@timestamp", label: "Last line", format: "time" },
          ],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: "table",
          title: "Slow endpoints",
          description: "The time to the answer, as the service measured it.",
          filter: ACCESS,
          rows: [
            { ...BY_SERVICE, limit: 5 },
            { by: "terms", field: "url.path", label: "Path", limit: 5, rank: 2 },
          ],
          metrics: [{ of: "count", label: "Requests" }, ...DURATIONS],
        },
        {
          kind: "heatmap",
          title: "Errors by service",
          filter: { field: "error.type", exists: true },
          x: { by: "time" },
          y: BY_SERVICE,
          metric: { of: "count", label: "Lines with an error" },
        },
      ],
    },
  ],
};
