import { renderMappings, versionOf } from "../../../contract/index-template";
import type { Indexing } from "../../../contract/indexing";
import { INDEX_TEMPLATE, MAPPING_COMPONENT_TEMPLATE, MONTHLY_INDEX_TEMPLATE } from "../../../contract/names";
import { describeError } from "../log";
import { requestOutcome } from "./bulk-response";
import type { ElasticsearchClient } from "./client";

/** Answers are remembered for so long: probes come often and from several sides. */
const REMEMBERED_MS = 3_000;
const TIMEOUT_MS = 5_000;

/** Whether Elasticsearch is there and has our index templates; without them, documents would get a mapping by guesswork. */
export class TemplateCheck {
  private readonly templates: readonly string[];
  private checkedAt = -Infinity;
  private pending: Promise<string | undefined> | undefined;
  private last: string | undefined = "Elasticsearch";

  /** @param indexing lines in monthly indices need a template of their own; dead letters are recorded in a stream in either mode */
  constructor(
    private readonly client: ElasticsearchClient,
    indexing: Indexing = "data-stream",
  ) {
    this.templates = indexing === "monthly" ? [INDEX_TEMPLATE, MONTHLY_INDEX_TEMPLATE] : [INDEX_TEMPLATE];
  }

  /** What is missing; undefined if nothing is. */
  async missing(): Promise<string | undefined> {
    if (Date.now() - this.checkedAt < REMEMBERED_MS) return this.last;
    this.pending ??= this.ask().finally(() => (this.pending = undefined));
    this.last = await this.pending;
    this.checkedAt = Date.now();
    return this.last;
  }

  /** Whether the mapping in Elasticsearch is the one that this program was built with; undefined if it does not say. */
  async hasOurMapping(): Promise<boolean | undefined> {
    try {
      const answer = await this.client.request(
        "GET",
        `_component_template/${MAPPING_COMPONENT_TEMPLATE}`,
        undefined,
        TIMEOUT_MS,
      );
      const body = JSON.parse(answer.body) as {
        readonly component_templates?: readonly {
          readonly component_template?: { readonly _meta?: { readonly version?: string } };
        }[];
      };
      const version = body.component_templates?.[0]?.component_template?._meta?.version;
      return version === undefined ? undefined : version === versionOf({ template: { mappings: renderMappings() } });
    } catch {
      return undefined;
    }
  }

  private async ask(): Promise<string | undefined> {
    for (const template of this.templates) {
      const missing = await this.askFor(template);
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  private async askFor(template: string): Promise<string | undefined> {
    try {
      const path = `_index_template/${template}?filter_path=index_templates.name`;
      const answer = await this.client.request("GET", path, undefined, TIMEOUT_MS);
      if (answer.status === 200) return undefined;
      if (answer.status === 404) return `the index template '${template}' (run \`content apply\`)`;
      const outcome = requestOutcome(answer.status, answer.body);
      return `Elasticsearch (${"detail" in outcome ? outcome.detail : answer.status})`;
    } catch (error) {
      return `Elasticsearch (${describeError(error)})`;
    }
  }
}
