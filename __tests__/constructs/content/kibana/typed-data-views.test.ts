import { expect, test } from "@jest/globals";
import type { FieldAttributes, FieldFormat, RuntimeField } from "../../../../constructs/content/kibana/field-parts";

/*
 * Keys that Elasticsearch or Kibana would refuse, which do not compile. `npm run types` checks it: an expectation that is not met
 * is an error there, as is a line that compiles after all.
 */

const script = { source: "emit('a')" };

// @ts-expect-error a format is a part of the data view's `fieldFormats`
export const withFormat: RuntimeField = { type: "keyword", script, format: { id: "url" } };
// @ts-expect-error a label is a part of the data view's `fieldAttrs`
export const withLabel: RuntimeField = { type: "keyword", script, customLabel: "A" };
// @ts-expect-error a description is a part of the data view's `fieldAttrs`
export const withDescription: RuntimeField = { type: "keyword", script, customDescription: "A." };
// @ts-expect-error Kibana's scripts have a source only
export const withLanguage: RuntimeField = { type: "keyword", script: { ...script, lang: "painless" } };
// @ts-expect-error Elasticsearch has no runtime field of this type
export const ofText: RuntimeField = { type: "text", script };
// @ts-expect-error attributes have no type
export const attributes: FieldAttributes = { customLabel: "A", type: "keyword" };
// @ts-expect-error a format is known by its id
export const nameless: FieldFormat = { params: {} };

const spread = { type: "keyword", script, format: { id: "url" } } as const;
// @ts-expect-error the same, where the compiler does not look for unknown keys
export const copied: RuntimeField = { ...spread };

export const accepted: RuntimeField = { type: "keyword", script };

test("is for the compiler", () => expect(Object.keys(accepted)).toEqual(["type", "script"]));
