import type { Json } from "../../../contract/index-template";
import type { Server } from "./server";

/** A data stream, or an index that is none of one, that a template speaks of. */
export interface ExistingIndices {
  readonly name: string;
  readonly isStream: boolean;
  /** All of it, the oldest first. The last one takes lines. */
  readonly indices: readonly string[];
  /** Of the index that takes lines. */
  readonly mappings: Json;
  /** Of the index that takes lines, as in `index.codec`. */
  readonly settings: Readonly<Record<string, string>>;
  /** When the oldest index was made, in ms since the epoch. */
  readonly oldest: number;
}

interface Resolved {
  readonly indices?: readonly { readonly name: string; readonly data_stream?: string }[];
  readonly data_streams?: readonly { readonly name: string; readonly backing_indices: string | readonly string[] }[];
}

/** What is there already of what patterns name. */
export async function existingIndices(server: Server, patterns: readonly string[]): Promise<ExistingIndices[]> {
  const { status, body } = await server.ask("GET", `_resolve/index/${patterns.join(",")}`);
  if (status === 404) return [];
  const { indices = [], data_streams: streams = [] } = body as Resolved;
  const found = [
    ...streams.map(({ name, backing_indices }) => ({
      name,
      isStream: true,
      indices: typeof backing_indices === "string" ? [backing_indices] : backing_indices,
    })),
    ...indices
      .filter((index) => index.data_stream === undefined)
      .map(({ name }) => ({ name, isStream: false, indices: [name] })),
  ];
  return Promise.all(found.map(async (one) => ({ ...one, ...(await detailsOf(server, one.indices)) })));
}

type Settings = Readonly<Record<string, { readonly settings: Readonly<Record<string, string>> }>>;
type Mappings = Readonly<Record<string, { readonly mappings: Json }>>;

async function detailsOf(server: Server, indices: readonly string[]) {
  const [first, last] = [indices[0]!, indices.at(-1)!];
  const settings = await server.ask("GET", `${[...new Set([first, last])].join(",")}/_settings?flat_settings=true`);
  const mappings = await server.ask("GET", `${last}/_mapping`);
  const of = (index: string) => (settings.body as Settings)[index]?.settings ?? {};
  return {
    mappings: (mappings.body as Mappings)[last]?.mappings ?? {},
    settings: of(last),
    oldest: Number(of(first)["index.creation_date"]),
  };
}
