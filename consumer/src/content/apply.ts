import {
  CONTENT_APIS,
  type Content,
  type ContentApi,
  type ContentChange,
  type ContentFile,
  contentPath,
} from "../../../contract/content";
import { existingIndices } from "./existing-indices";
import { indexPlan, type IndexPlan, needsNewIndex } from "./index-plan";
import type { Report, ReportRow, Result } from "./report";
import { type Governed, lossOf } from "./retention";
import type { Server } from "./server";
import type { Store } from "./store";
import { templateEffects } from "./template-effect";

/** It would take something away from people, and nobody said that it shall. Nothing was changed. */
export class ChangeRefusedError extends Error {
  constructor(readonly report: Report) {
    super("what is refused above would take something away from people; nothing was changed");
  }
}

/** What was put reads back as something else. */
export class NotAppliedError extends Error {}

export interface ApplyOptions {
  readonly allow: readonly ContentChange[];
  /** Whether only to say what would be done. */
  readonly dryRun: boolean;
  readonly storeOf: (api: ContentApi) => Store;
  /** For streams and indices that are there. Absent where nothing is put there. */
  readonly elasticsearch: Server | undefined;
  /** Told of each thing as it is done. */
  readonly onRow?: (row: ReportRow) => void;
}

/**
 * Puts what differs, each after what it names, and brings streams that are there in line with it; then removes what is ours and
 * no longer wanted. Doing it again does nothing, and after it was interrupted the rest.
 *
 * @throws ChangeRefusedError before anything is changed
 */
export async function applyContent(file: ContentFile, options: ApplyOptions): Promise<Report> {
  const planned = await planContent(file, options);
  const refused = planned.refused.length > 0;
  if (options.dryRun || refused) {
    const report = { dryRun: true, rows: [...planned.refused, ...wouldBe(planned)] };
    if (refused) throw new ChangeRefusedError(report);
    return report;
  }
  const rows: ReportRow[] = [];
  const note = (row: ReportRow) => {
    rows.push(row);
    options.onRow?.(row);
  };
  for (const item of planned.items) note(await applyItem(item, options.storeOf(item.content.api)));
  for (const plan of planned.indices) note(await applyPlan(plan, options.elasticsearch!));
  for (const { api, name } of planned.obsolete) {
    const why = await options.storeOf(api).remove(name);
    note({ what: contentPath({ api, name }), result: why ? "kept" : "removed", ...(why ? { detail: why } : {}) });
  }
  for (const { what, why } of file.leftOut) note({ what, result: "left out", detail: why });
  return { dryRun: false, rows };
}

interface PlannedItem {
  readonly content: Content;
  readonly stored: unknown;
  /** Where they differ; undefined if they do not, or if nothing is there. */
  readonly difference: string | undefined;
}

interface PlannedContent {
  readonly items: readonly PlannedItem[];
  readonly indices: readonly IndexPlan[];
  readonly obsolete: readonly Pick<Content, "api" | "name">[];
  readonly refused: readonly ReportRow[];
  readonly leftOut: ContentFile["leftOut"];
}

async function planContent(file: ContentFile, options: ApplyOptions): Promise<PlannedContent> {
  const content = file.content as readonly Content[];
  const items: PlannedItem[] = [];
  for (const one of content) {
    const store = options.storeOf(one.api);
    const stored = await store.read(one.name);
    const difference = stored === undefined ? undefined : store.difference(stored, one.body);
    items.push({ content: one, stored, difference });
  }
  const governed = await governedIndices(content, options.elasticsearch);
  const indices = governed.map(({ indices, effect }) => indexPlan(indices, effect));
  const obsolete: Pick<Content, "api" | "name">[] = [];
  for (const api of [...CONTENT_APIS].reverse()) {
    if (!file.complete.includes(api)) continue;
    const wanted = content.filter((one) => one.api === api).map(({ name }) => name);
    for (const name of await options.storeOf(api).owned()) if (!wanted.includes(name)) obsolete.push({ api, name });
  }
  const refused = [
    ...(options.allow.includes("shorter-retention") ? [] : losses(items, governed)),
    ...(options.allow.includes("incompatible-mapping") ? [] : conflicts(indices)),
  ];
  return { items, indices, obsolete, refused, leftOut: file.leftOut };
}

async function governedIndices(content: readonly Content[], server: Server | undefined): Promise<Governed[]> {
  if (!server) return [];
  const found: Governed[] = [];
  for (const effect of templateEffects(content)) {
    for (const indices of await existingIndices(server, effect.patterns)) found.push({ indices, effect });
  }
  return found;
}

function losses(items: readonly PlannedItem[], governed: readonly Governed[]): ReportRow[] {
  return items.flatMap(({ content, stored }) => {
    const loss = lossOf(content, stored, governed);
    if (loss === undefined) return [];
    return [refusal(contentPath(content), `${loss}; keep them as long as before`, "shorter-retention")];
  });
}

function conflicts(indices: readonly IndexPlan[]): ReportRow[] {
  return indices
    .filter((plan) => plan.conflicts.length > 0)
    .map((plan) => {
      const fields = plan.conflicts.map(({ field, from, to }) => `'${field}' is ${from} and would be ${to}`).join(", ");
      const why = `${fields}: searches over old and new indices would fail or miss lines; give the field another name`;
      return refusal(plan.target.name, why, "incompatible-mapping");
    });
}

function refusal(what: string, why: string, change: ContentChange): ReportRow {
  return {
    what,
    result: "refused",
    detail: `${why}, or allow it with 'elasticsearch.allow: ["${change}"]' in the environment (CONTENT_ALLOW=${change})`,
  };
}

async function applyItem({ content, stored, difference }: PlannedItem, store: Store): Promise<ReportRow> {
  const what = contentPath(content);
  if (stored !== undefined && difference === undefined) return { what, result: "unchanged" };
  await store.write(content.name, content.body, stored !== undefined);
  const now = await store.read(content.name);
  if (now === undefined) throw new NotAppliedError(`${what} was put, and is not there`);
  const left = store.difference(now, content.body);
  if (left === undefined) return { what, ...outcomeOf(stored, difference) };
  // Kibana writes some values in another way than it is given them: what a second write does not change is as it shall be.
  if (stored !== undefined && store.difference(stored, now as Content["body"]) === undefined)
    return { what, result: "unchanged" };
  if (store.isExact) throw new NotAppliedError(`${what} was put, and reads back otherwise at '${left}'`);
  return { what, ...outcomeOf(stored, difference), detail: `reads back otherwise at '${left}'` };
}

function outcomeOf(stored: unknown, difference: string | undefined): Pick<ReportRow, "result" | "detail"> {
  return stored === undefined ? { result: "created" } : { result: "changed", detail: `'${difference}' differed` };
}

async function applyPlan(plan: IndexPlan, server: Server): Promise<ReportRow> {
  const { target, mappings, newFields, settings } = plan;
  const rollsOver = target.isStream && needsNewIndex(plan);
  // What a new index will have, the old ones need not: a field of another type would be refused.
  if (newFields.length > 0 && plan.conflicts.length === 0) await server.ask("PUT", `${target.name}/_mapping`, mappings);
  if (Object.keys(settings).length > 0) await server.ask("PUT", `${target.name}/_settings`, settings);
  if (rollsOver) await server.ask("POST", `${target.name}/_rollover`);
  return rowOf(plan);
}

function rowOf(plan: IndexPlan): ReportRow {
  const { target, newFields, settings, conflicts, fixedSettings } = plan;
  const changes = [
    ...(newFields.length > 0 && conflicts.length === 0 ? [`fields ${newFields.join(", ")}`] : []),
    ...Object.entries(settings).map(([name, value]) => `${name} ${value ?? "taken away"}`),
  ];
  const later = [...conflicts.map(({ field }) => field), ...fixedSettings].join(", ");
  const result: Result = changes.length > 0 || (later && target.isStream) ? "changed" : "unchanged";
  const details = [
    ...changes,
    ...(later ? [`${target.isStream ? "rolled over for" : "only the next index has"} ${later}`] : []),
  ];
  return { what: target.name, result, ...(details.length > 0 ? { detail: details.join("; ") } : {}) };
}

/** What there would be to tell. */
function wouldBe({ items, indices, obsolete, leftOut }: PlannedContent): ReportRow[] {
  return [
    ...items.map(({ content, stored, difference }) => ({
      what: contentPath(content),
      ...(stored !== undefined && difference === undefined
        ? ({ result: "unchanged" } as const)
        : outcomeOf(stored, difference)),
    })),
    ...indices.map(rowOf),
    ...obsolete.map((one) => ({ what: contentPath(one), result: "removed" as const })),
    ...leftOut.map(({ what, why }) => ({ what, result: "left out" as const, detail: why })),
  ];
}
