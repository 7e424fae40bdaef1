import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { AppliedKibana, CONTENT } from "./applied-kibana";

type Json = Readonly<Record<string, unknown>>;

const LINES = "data_view/log-pipeline-lines";
const WANTED = CONTENT.content.find(({ api, name }) => `${api}/${name}` === LINES)!.body;

let kibana: AppliedKibana;

beforeEach(async () => {
  kibana = new AppliedKibana();
  await kibana.start();
  await kibana.apply();
});

afterEach(() => kibana.stop());

const stored = () => kibana.double.stored.get(LINES)!;
const part = (name: string) => stored()[name] as Json;
const change = (view: Json) => kibana.double.stored.set(LINES, { ...stored(), ...view });
/** All that was not as it should be. */
const changed = async () => (await kibana.apply()).filter((result) => !result.startsWith("unchanged"));

test("what people set themselves is no difference", async () => {
  change({
    fieldFormats: { ...part("fieldFormats"), "client.port": { id: "number" } },
    runtimeFieldMap: { ...part("runtimeFieldMap"), mine: { type: "long", script: { source: "emit(1)" } } },
    fieldAttrs: {
      ...part("fieldAttrs"),
      message: { ...(part("fieldAttrs")["message"] as Json), customLabel: "Text", count: 7 },
    },
    sourceFilters: [{ value: "secret" }],
  });
  expect(await changed()).toEqual([]);
  expect(kibana.double.writes).toEqual([]);
});

test("what people set themselves is there after an update of everything", async () => {
  const mine = { type: "long", script: { source: "emit(1)" } };
  change({
    ...{ title: "other-*", name: "Other", timeFieldName: "event.ingested" },
    fieldFormats: { "client.port": { id: "number" }, "event.duration": { id: "bytes" } },
    runtimeFieldMap: { mine, "trace.chain": { type: "long" } },
    fieldAttrs: {
      mine: { customLabel: "Mine" },
      message: { customLabel: "Text", customDescription: "Old.", count: 7 },
    },
    sourceFilters: [{ value: "secret" }],
  });
  expect(await changed()).toEqual([`changed ${LINES}`]);
  const attributes = WANTED["fieldAttrs"] as Json;
  expect(stored()).toEqual({
    ...WANTED,
    fieldFormats: { "client.port": { id: "number" }, ...(WANTED["fieldFormats"] as Json) },
    runtimeFieldMap: { mine, ...(WANTED["runtimeFieldMap"] as Json) },
    fieldAttrs: {
      ...attributes,
      mine: { customLabel: "Mine" },
      message: { customLabel: "Text", count: 7, ...(attributes["message"] as Json) },
    },
    sourceFilters: [{ value: "secret" }],
  });
});

test("a runtime field that Elasticsearch refuses is put right, and keeps its label", async () => {
  const [[name, field] = ["", {}]] = Object.entries(WANTED["runtimeFieldMap"] as Record<string, Json>);
  change({ runtimeFieldMap: { [name]: { ...field, format: { id: "url" }, customLabel: "Lines of the trace" } } });
  expect(await changed()).toEqual([`changed ${LINES}`]);
  expect(stored()).toEqual(WANTED);
});

test("a new label is the only thing that is put", async () => {
  const attributes = part("fieldAttrs") as Record<string, Json>;
  change({ fieldAttrs: { ...attributes, message: { customDescription: "Old." } } });
  await changed();
  expect(kibana.double.writes).toEqual([`POST /api/data_views/data_view/log-pipeline-lines/fields`]);
});

test("no data view is deleted or made anew, and none becomes the default", async () => {
  kibana.double.dataViews.defaultId = "theirs";
  change({ title: "other-*", fieldFormats: {}, runtimeFieldMap: {}, fieldAttrs: {} });
  await changed();
  expect(kibana.double.writes).toEqual([
    "POST /api/data_views/data_view/log-pipeline-lines",
    "PUT /api/data_views/data_view/log-pipeline-lines/runtime_field",
    "POST /api/data_views/data_view/log-pipeline-lines/fields",
  ]);
  expect(kibana.double.dataViews.defaultId).toBe("theirs");
});

test("a data view of somebody else's with the same name is not replaced", async () => {
  kibana.double.stored.delete(LINES);
  const theirs = { id: "theirs", title: "x", name: "Log pipeline: lines" };
  kibana.double.stored.set("data_view/theirs", theirs);
  await expect(kibana.apply()).rejects.toThrow("Duplicate data view: Log pipeline: lines");
  expect(kibana.double.stored.get("data_view/theirs")).toEqual(theirs);
});
