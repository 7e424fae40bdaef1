import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { GUARDRAILS } from "../../environments/guardrails";
import { GUARDRAILS_FILE, printGuardrails, withCatalogue } from "../../tools/commands/guardrails";
import { ROOT } from "../../tools/lib/paths";

const document = readFileSync(join(ROOT, GUARDRAILS_FILE), "utf8");

describe("the document", () => {
  test("is what the catalogue says ('npm run guardrails -- --docs' writes it again)", () => {
    expect(document).toBe(withCatalogue(document));
  });

  test("has every guardrail with what is said", () => {
    for (const { name, says } of GUARDRAILS) {
      const row = document.split("\n").find((line) => line.startsWith(`| ${name} |`));
      expect(row).toContain(`| \`${says}\` |`);
    }
  });

  test("is changed between its marks only", () => {
    const [before = "", rest = ""] = document.split("<!-- guardrails -->");
    const [, after = ""] = rest.split("<!-- /guardrails -->");
    expect(withCatalogue(`${before}<!-- guardrails -->old<!-- /guardrails -->${after}`)).toBe(document);
  });
});

describe("the command", () => {
  const log = jest.spyOn(console, "log");
  beforeEach(() => void log.mockImplementation(() => undefined));
  afterEach(() => void log.mockReset());
  const printed = () => String(log.mock.calls[0]?.[0]);

  test("prints every guardrail", () => {
    printGuardrails({ json: false });
    for (const { name } of GUARDRAILS) expect(printed()).toContain(name.slice(0, 30));
  });

  test("prints one JSON array", () => {
    printGuardrails({ json: true });
    expect(JSON.parse(printed())).toEqual(GUARDRAILS);
  });
});
