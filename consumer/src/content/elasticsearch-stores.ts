import { isDeepStrictEqual } from "node:util";
import type { ElasticsearchApi } from "../../../contract/content";
import { MANAGED_BY, type Json } from "../../../contract/index-template";
import { firstDifference } from "./holds";
import { RefusedError, type Server } from "./server";
import type { Store } from "./store";

/** What each of Elasticsearch's APIs answers to `GET`, and where our mark is in it. */
interface Shape {
  /** All that is in an answer, by name, in the shape in which it is put. */
  readonly stored: (answered: Json) => readonly (readonly [name: string, body: unknown])[];
  /** Absent where nothing is ever removed. */
  readonly mark?: (body: Json) => unknown;
}

type ByName = Readonly<Record<string, Json>>;

const SHAPES: Readonly<Record<ElasticsearchApi, Shape>> = {
  _snapshot: {
    stored: (answered) =>
      Object.entries(answered as ByName).map(([name, { type, settings }]) => [name, { type, settings }]),
  },
  "_slm/policy": {
    stored: (answered) => Object.entries(answered as ByName).map(([name, { policy }]) => [name, policy]),
    mark: ({ config }) => (config as Json | undefined)?.["metadata"],
  },
  "_ilm/policy": {
    stored: (answered) => Object.entries(answered as ByName).map(([name, { policy }]) => [name, { policy }]),
    mark: ({ policy }) => (policy as Json)["_meta"],
  },
  _component_template: listed("component_templates", "component_template"),
  _index_template: listed("index_templates", "index_template"),
  // Its template says what a stream is; that it is there is all that there is to compare.
  _data_stream: {
    stored: (answered) =>
      ((answered["data_streams"] ?? []) as readonly { name: string }[]).map(({ name }) => [name, {}]),
  },
};

function listed(list: string, item: string): Shape {
  return {
    stored: (answered) => ((answered[list] ?? []) as readonly Json[]).map((one) => [one["name"] as string, one[item]]),
    mark: (body) => body["_meta"],
  };
}

/** The things of one of Elasticsearch's APIs. */
export class ElasticsearchStore implements Store {
  readonly isExact = true;

  constructor(
    private readonly server: Server,
    private readonly api: ElasticsearchApi,
  ) {}

  async read(name: string): Promise<unknown> {
    const { status, body } = await this.server.ask("GET", `${this.api}/${name}`);
    if (status === 404) return undefined;
    return SHAPES[this.api].stored(body).find(([found]) => found === name)?.[1];
  }

  async write(name: string, body: Json): Promise<void> {
    await this.server.ask("PUT", `${this.api}/${name}`, this.api === "_data_stream" ? undefined : body);
  }

  difference(stored: unknown, body: Json): string | undefined {
    // A repository's body has no version in it, but also nothing that Elasticsearch adds to its type and settings.
    if (this.api === "_snapshot") return isDeepStrictEqual(stored, body) ? undefined : "settings";
    return firstDifference(stored, body);
  }

  async owned(): Promise<readonly string[]> {
    const { stored, mark } = SHAPES[this.api];
    if (!mark) return [];
    const { body } = await this.server.ask("GET", this.api);
    return stored(body)
      .filter(([, one]) => (mark(one as Json) as Json | undefined)?.["managed_by"] === MANAGED_BY)
      .map(([name]) => name);
  }

  async remove(name: string): Promise<string | undefined> {
    try {
      await this.server.ask("DELETE", `${this.api}/${name}`, undefined, [404]);
      return undefined;
    } catch (error) {
      // In use: by an index that has not come to its end, or by a stream.
      if (error instanceof RefusedError) return error.message;
      throw error;
    }
  }
}
