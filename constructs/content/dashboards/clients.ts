import type { DashboardDefinition } from "./panel";
import { ACCESS, BY_STATUS, DURATIONS } from "./lines";
import type { Metric, TermsBucket } from "../query/operations";

const BY_CLIENT = { by: "terms", field: "client.ip", label: "Client", limit: 20 } as const satisfies TermsBucket;
const REQUESTS = { of: "count", label: "Requests" } as const satisfies Metric;

/** Who calls, and what they are answered. */
export const clients: DashboardDefinition = {
  name: "clients",
  title: "Clients",
  description: "Requests by the address that they came from, and what they were answered.",
  controls: [
    { field: "client.ip", label: "Client IP" },
    { field: "http.response.status_code", label: "Status" },
    { field: "service.name", label: "Service" },
  ],
  rows: [
    {
      height: 12,
      panels: [
        {
          kind: "time series",
          title: "Requests by status",
          filter: ACCESS,
          metrics: [REQUESTS],
          splitBy: BY_STATUS,
          style: "stacked bars",
        },
        { kind: "top values", title: "Clients with most requests", filter: ACCESS, by: BY_CLIENT, metric: REQUESTS },
      ],
      widths: [30, 18],
    },
    {
      height: 14,
      panels: [
        {
          kind: "table",
          title: "Clients",
          filter: ACCESS,
          rows: [BY_CLIENT],
          metrics: [
            REQUESTS,
            {
              of: "share",
              that: { field: "http.response.status_code", from: 400, below: 500 },
              label: "Refused",
              format: "percent",
            },
            {
              of: "share",
              that: { field: "http.response.status_code", from: 500, below: 600 },
              label: "Failed",
              format: "percent",
            },
            ...DURATIONS,
            { of: "sum", field: "http.response.body.bytes", label: "Sent", format: "bytes" },
          ],
        },
        {
          kind: "pie",
          title: "Status",
          filter: ACCESS,
          by: { by: "terms", field: "http.response.status_code", label: "Status", limit: 8 },
          metric: REQUESTS,
        },
      ],
      widths: [34, 14],
    },
    {
      height: 10,
      panels: [
        {
          kind: "top values",
          title: "User agents",
          filter: ACCESS,
          by: { by: "terms", field: "user_agent.original", label: "User agent", limit: 10 },
          metric: REQUESTS,
        },
        {
          kind: "top values",
          title: "Paths",
          filter: ACCESS,
          by: { by: "terms", field: "url.path", label: "Path", limit: 10 },
          metric: REQUESTS,
        },
      ],
    },
  ],
};
