import {
  type PanelQuery,
  type SearchAnswer,
  searchBody,
  type TimeRange,
} from "../../constructs/content/query/panel-query";
import type { EnvironmentConfig } from "../../environments/environment";
import { UserError } from "../lib/user-error";
import { type LogSearch, mayPass } from "../verify/elasticsearch";

/** Asks about one time. */
export type AskQuery = (query: PanelQuery) => Promise<SearchAnswer>;

/**
 * Asks the Elasticsearch of an environment.
 *
 * @throws UserError where it is away; what it refuses is a defect of ours and is thrown as it is
 */
export function askOf({ name, platform }: EnvironmentConfig, search: LogSearch, range: TimeRange): AskQuery {
  const mend =
    platform.kind === "docker"
      ? `'docker logs log-pipeline-${name}-elasticsearch' tells why, and 'npm run up' starts it again`
      : `'kubectl -n ${platform.namespace.name} get pods' tells why`;
  return async (query) => {
    try {
      return await search.search(searchBody(query, range));
    } catch (error) {
      if (!mayPass(error)) throw error;
      throw new UserError(`Elasticsearch of environment '${name}' does not answer (${wordsOf(error)}): ${mend}`);
    }
  };
}

function wordsOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}
