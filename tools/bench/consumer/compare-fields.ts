import { UserError } from "../../lib/user-error";
import { COMPARED_FIELDS } from "./fields";

/** Fewer than so large a part of our documents' share is missing; what comes first differs from run to run. */
const TOLERANCE = 0.8;

/** The share of documents that have each of the compared fields. */
export function fieldsOf(documents: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>(COMPARED_FIELDS.map((field) => [field, 0]));
  for (const text of documents) {
    const document = JSON.parse(text) as object;
    for (const field of COMPARED_FIELDS) if (has(document, field)) counts.set(field, counts.get(field)! + 1);
  }
  return Object.fromEntries([...counts].map(([field, count]) => [field, count / Math.max(1, documents.length)]));
}

/** @throws UserError if a contender does less than ours: then its figures are of other work */
export function missingFields(all: ReadonlyMap<string, Readonly<Record<string, number>>>): void {
  const ours = all.get("ours");
  if (!ours) return;
  const problems = [...all].flatMap(([id, fields]) =>
    COMPARED_FIELDS.filter((field) => (fields[field] ?? 0) < ours[field]! * TOLERANCE).map(
      (field) =>
        `'${id}' delivers '${field}' in ${percent(fields[field])} of its documents, our consumer in ${percent(ours[field])}`,
    ),
  );
  if (problems.length > 0) throw new UserError(`the contenders do not do the same work:\n${problems.join("\n")}`);
}

function percent(share = 0): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Either nested, as a path, or in between. */
function has(document: object, path: string): boolean {
  if (path in document) return true;
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
    const value = (document as Record<string, unknown>)[path.slice(0, dot)];
    if (typeof value === "object" && value !== null && has(value, path.slice(dot + 1))) return true;
  }
  return false;
}
