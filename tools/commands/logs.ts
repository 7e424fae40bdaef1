import type { EnvironmentConfig } from "../../environments/environment";
import { traceSpellings } from "../../contract/trace-id";
import { ndjson } from "../lib/json-text";
import { readLocalSettings } from "../lib/local-settings";
import { type Asked, type Form, MOST, rangeWords } from "../logs/asked";
import { chainOf, renderChain, tracesOf } from "../logs/chain";
import { ALL_FIELDS, linesOf } from "../logs/line";
import { onStandardOutput } from "../logs/paint";
import { renderLines } from "../logs/render-lines";
import { type AskQuery, askOf } from "../logs/search";
import { askTop, renderTop } from "../logs/top";
import { withAccess } from "../verify/open-access";

/** Answers on standard output; what there is to say about the answer goes to standard error. */
export async function printLogs(environment: EnvironmentConfig, asked: Asked): Promise<void> {
  await withAccess(environment, async ({ search }) => {
    const ask = askOf(environment, search, asked.range);
    const found = await answer(environment, asked, ask);
    if (!found) console.error(nothingFound(environment, asked));
  });
}

/** @returns whether there was anything */
async function answer(environment: EnvironmentConfig, asked: Asked, ask: AskQuery): Promise<boolean> {
  const { form } = asked;
  switch (form.kind) {
    case "lines":
      return printLines(asked, form, ask);
    case "chain":
      return printChain(environment, asked, form, ask);
    case "top": {
      const top = await askTop(ask, form.field, form.limit, asked.filter);
      if (top.having === 0) return false;
      console.log(form.json ? ndjson(top.values) : renderTop(top));
      return true;
    }
    case "page": {
      const { writePage } = await import("../logs/page/write");
      return writePage(environment.name, asked, form.file, ask);
    }
  }
}

async function printLines({ filter }: Asked, { limit, json }: FormOf<"lines">, ask: AskQuery): Promise<boolean> {
  const answered = await ask({ kind: "lines", fields: ALL_FIELDS, limit, ...(filter ? { filter } : {}) });
  const lines = linesOf(answered).toReversed();
  if (lines.length === 0) return false;
  console.log(json ? ndjson(lines) : renderLines(lines, onStandardOutput));
  tellOfMore(answered.hits.total?.value, lines.length, "newest");
  return true;
}

async function printChain(
  environment: EnvironmentConfig,
  { filter }: Asked,
  { title, limit, json }: FormOf<"chain">,
  ask: AskQuery,
): Promise<boolean> {
  const answered = await ask({
    kind: "lines",
    fields: ALL_FIELDS,
    limit,
    order: "oldest",
    ...(filter ? { filter } : {}),
  });
  const chain = chainOf(linesOf(answered));
  if (chain.length === 0) return false;
  if (json) console.log(ndjson(chain.map(({ line, offset }) => ({ offset_ns: offset, ...line }))));
  else {
    console.log(renderChain(title, chain, onStandardOutput));
    for (const trace of tracesOf(chain)) {
      const address = jaegerAddress(environment, trace);
      if (address) console.log(`Jaeger  ${address}`);
    }
  }
  tellOfMore(answered.hits.total?.value, chain.length, "oldest");
  return true;
}

/** Where a browser finds a trace's spans; undefined where the environment has no address that lasts. */
function jaegerAddress({ platform }: EnvironmentConfig, trace: string): string | undefined {
  if (platform.kind !== "docker" || traceSpellings(trace) === undefined) return undefined;
  // The Jaeger that is built from packages answers its API and shows no page.
  const path = readLocalSettings()?.imageSource === "registry" ? "trace" : "api/traces";
  return `http://127.0.0.1:${platform.ports.jaeger}/${path}/${trace}`;
}

/** Nothing is an answer too; whoever reads the output of a program must not take it for a mistake. */
export function nothingFound({ name }: Pick<EnvironmentConfig, "name">, { form, which, range }: Asked): string {
  const having = form.kind === "top" ? ` that has ${form.field}` : "";
  return `no line${having} is found${which && ` of ${which}`} in environment '${name}' ${rangeWords(range)}`;
}

function tellOfMore(total: number | undefined, shown: number, which: "newest" | "oldest"): void {
  if (total === undefined || total <= shown) return;
  // Elasticsearch stops counting there too.
  const all = total >= MOST ? "more than 10,000" : total.toLocaleString("en-US");
  const more = shown >= MOST ? "a shorter time shows the others" : "--limit shows more";
  console.error(`these are the ${which} ${shown.toLocaleString("en-US")} of ${all} lines: ${more}`);
}

type FormOf<Kind extends Form["kind"]> = Extract<Form, { readonly kind: Kind }>;
