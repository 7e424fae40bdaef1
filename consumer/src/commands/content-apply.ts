import { contentPath, renderContent, type Content } from "../../../contract/content";
import type { ContentSettings } from "../../../contract/content-settings";
import { requestOutcome } from "../elasticsearch/bulk-response";
import { clientOptions, ElasticsearchClient, type Answer } from "../elasticsearch/client";
import { isApplied } from "../elasticsearch/content";
import type { Log } from "../log";
import { waitFor } from "./wait";

const JSON_TYPE = "application/json";

/** Elasticsearch refuses what is put; waiting will not change its mind. */
class RefusedError extends Error {}

/** Puts the policies and templates that differ from ours. Doing it again does nothing. */
export async function applyContent(settings: ContentSettings, log: Log): Promise<void> {
  const client = new ElasticsearchClient(clientOptions(settings, 1));
  try {
    for (const content of renderContent(settings)) {
      const isFinal = (error: unknown) => error instanceof RefusedError;
      await waitFor("Elasticsearch", settings.WAIT_DEADLINE_MS, log, () => apply(client, content, log), isFinal);
    }
  } finally {
    await client.close();
  }
}

async function apply(client: ElasticsearchClient, content: Content, log: Log): Promise<void> {
  const path = contentPath(content);
  const current = await client.request("GET", path);
  if (current.status === 200) {
    if (isApplied(content, JSON.parse(current.body))) {
      log.info({ path }, "is as it shall be");
      return;
    }
  } else if (current.status !== 404) {
    refuse("GET", path, current);
  }
  const put = await client.request("PUT", path, { type: JSON_TYPE, content: JSON.stringify(content.body) });
  if (put.status !== 200) refuse("PUT", path, put);
  log.info({ path }, current.status === 404 ? "created" : "changed");
}

function refuse(method: string, path: string, answer: Answer): never {
  const outcome = requestOutcome(answer.status, answer.body);
  const detail = "detail" in outcome ? outcome.detail : `status ${answer.status}; ${answer.body.slice(0, 500)}`;
  // A repository cannot be changed while a snapshot is taken; that ends.
  if (answer.status === 409) throw new Error(`${method} ${path}: ${detail}`);
  // A security index that is not there yet answers 401 to the right password for a while, so 401 and 403 are waited for too.
  if (outcome.kind === "retry") throw new Error(`${method} ${path}: ${detail}`);
  throw new RefusedError(`Elasticsearch refuses ${method} ${path}: ${detail}`);
}
