import type { BulkRequest } from "./bulk-sender";
import type { MonthlyIndices } from "./monthly-indices";
import type { TemplateCheck } from "./template-check";

/**
 * Sends no line to a monthly index that is new to this process unless the template is there.
 *
 * A stream is safe by `require_data_stream`, which Elasticsearch itself minds. It knows nothing of the kind for an index: it would
 * make one with a mapping by guesswork, or, where its own template for `logs-*-*` is, a stream in its place. So the template is
 * asked for at the start and again before each month's first line; what is left is a template that somebody removes in the
 * seconds between the question and that line. An index that is there keeps its mapping, whatever becomes of the template.
 */
export function guarded(
  send: BulkRequest,
  indices: MonthlyIndices,
  template: Pick<TemplateCheck, "missing">,
): BulkRequest {
  return async (body) => {
    const names = indices.unconfirmed;
    if (names.length > 0) {
      const missing = await template.missing();
      // As Elasticsearch answers for a stream whose template is missing: the sender waits and asks again.
      if (missing !== undefined) return { status: 404, body: JSON.stringify({ error: { reason: missing } }) };
      indices.confirm(names);
    }
    return send(body);
  };
}
