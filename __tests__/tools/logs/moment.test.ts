import { expect, test } from "@jest/globals";
import { EARLIEST, LATEST, parseMoment } from "../../../tools/logs/moment";

const NOW = Date.UTC(2026, 0, 31, 10);

test.each([
  ["90s", NOW - 90_000],
  ["15m", NOW - 900_000],
  ["2h", NOW - 7_200_000],
  ["7d", NOW - 604_800_000],
  ["0s", NOW],
  ["2026-01-31", Date.UTC(2026, 0, 31)],
  ["2026-01-31T10:20", Date.UTC(2026, 0, 31, 10, 20)],
  ["2026-01-31T10:20:30", Date.UTC(2026, 0, 31, 10, 20, 30)],
  ["2026-01-31T10:20:30.5Z", Date.UTC(2026, 0, 31, 10, 20, 30, 500)],
  ["2026-01-31T10:20:30+02:00", Date.UTC(2026, 0, 31, 8, 20, 30)],
])("%s", (text, moment) => expect(parseMoment(text, NOW)).toBe(moment));

test.each([
  ["999999999d", EARLIEST],
  ["1969-12-31", EARLIEST],
  ["9999-12-31", LATEST],
])("%s is as far as Elasticsearch can be asked", (text, moment) => expect(parseMoment(text, NOW)).toBe(moment));

test.each([
  "",
  "15",
  "m",
  "15 m",
  "-15m",
  "1.5h",
  "1w",
  "now",
  "yesterday",
  "2026-13-01",
  "2026-01-31 10:00",
  "1769853600",
])("'%s' is none", (text) => expect(parseMoment(text, NOW)).toBeUndefined());
