import { clients } from "./clients";
import { errors } from "./errors";
import type { DashboardDefinition } from "./panel";
import { pipelineHealth } from "./pipeline-health";
import { servicesOverview } from "./services-overview";
import { traceExplorer } from "./trace-explorer";

/** Every dashboard, in the order in which people meet them. */
export const DASHBOARDS: readonly DashboardDefinition[] = [
  servicesOverview,
  errors,
  clients,
  traceExplorer,
  pipelineHealth,
];
