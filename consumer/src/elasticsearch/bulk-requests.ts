import type { ConsumerSettings } from "../../../contract/consumer-settings";
import type { BulkRequest } from "./bulk-sender";
import type { ElasticsearchClient } from "./client";
import type { MonthlyIndices } from "./monthly-indices";
import type { TemplateCheck } from "./template-check";
import { guarded } from "./template-guard";

const BULK_FILTER = "filter_path=errors,items.*.status,items.*.error";

/** Sends lines to where the settings keep them. @param monthly what names their indices, if these are monthly */
export function lineRequest(
  client: ElasticsearchClient,
  settings: Pick<ConsumerSettings, "ELASTICSEARCH_DATA_STREAM">,
  template: TemplateCheck,
  monthly: MonthlyIndices | undefined,
): BulkRequest {
  return monthly
    ? guarded(bulkRequest(client, `_bulk?${BULK_FILTER}`), monthly, template)
    : streamRequest(client, settings.ELASTICSEARCH_DATA_STREAM);
}

/** Into a stream and nothing else: Elasticsearch refuses to make an index without a template in its place. */
export function streamRequest(client: ElasticsearchClient, stream: string): BulkRequest {
  return bulkRequest(client, `${stream}/_bulk?require_data_stream=true&${BULK_FILTER}`);
}

function bulkRequest(client: ElasticsearchClient, path: string): BulkRequest {
  return (content) => client.request("POST", path, { type: "application/x-ndjson", content });
}
