import type { DashboardDefinition } from "./panel";
import { BY_SERVICE, COUNT } from "./lines";
import type { Metric } from "../query/operations";

const LATE = { field: "log_pipeline.delay", format: "milliseconds" } as const;
const DEAD_LETTERS = { of: "count", label: "Dead letters" } as const satisfies Metric;

/** Whether lines arrive, and how soon. */
export const pipelineHealth: DashboardDefinition = {
  name: "pipeline-health",
  title: "Pipeline health",
  description: "How late lines come, what could not be indexed and why, and what the pipeline noticed about lines.",
  controls: [
    { field: "host.name", label: "Host" },
    { field: "service.name", label: "Service" },
  ],
  rows: [
    {
      height: 6,
      panels: [
        {
          kind: "number",
          title: "Delay",
          metric: { of: "percentile", percentile: 50, label: "Half arrive within", ...LATE },
          beside: { of: "percentile", percentile: 99, label: "99 % within", ...LATE },
        },
        { kind: "number", title: "Lines", metric: COUNT },
        { kind: "number", title: "Dead letters", of: "dead letters", metric: DEAD_LETTERS },
        { kind: "number", title: "Hosts", metric: { of: "unique", field: "host.name", label: "Hosts that ship" } },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: "time series",
          title: "Ingest delay",
          description: "From a line's own time to the request that indexed it.",
          metrics: [
            { of: "percentile", percentile: 50, label: "p50", ...LATE },
            { of: "percentile", percentile: 95, label: "p95", ...LATE },
            { of: "max", label: "most", ...LATE },
          ],
        },
        {
          kind: "time series",
          title: "Dead letters by reason",
          of: "dead letters",
          metrics: [DEAD_LETTERS],
          splitBy: { by: "terms", field: "log_pipeline.dead_letter.reason", label: "Reason", limit: 5 },
          style: "stacked bars",
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: "table",
          title: "Delay by service",
          rows: [BY_SERVICE],
          metrics: [
            COUNT,
            { of: "percentile", percentile: 95, label: "p95", ...LATE },
            { of: "max", label: "most", ...LATE },
          ],
        },
        {
          kind: "top values",
          title: "What the consumer noticed",
          description: "Lines that are no JSON, or with a time or a value that is none.",
          filter: { field: "tags", exists: true },
          by: { by: "terms", field: "tags", label: "Tag", limit: 10 },
          metric: COUNT,
        },
        {
          kind: "top values",
          title: "Lines by host",
          by: { by: "terms", field: "host.name", label: "Host", limit: 10 },
          metric: COUNT,
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: "lines",
          title: "Newest dead letters",
          of: "dead letters",
          fields: [
            "@timestamp",
            "log_pipeline.dead_letter.reason",
            "message",
            "log.file.path",
            "log_pipeline.kafka.partition",
            "log_pipeline.kafka.offset",
          ],
        },
      ],
    },
  ],
};
