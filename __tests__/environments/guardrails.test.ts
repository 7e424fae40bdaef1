import { describe, expect, test } from "@jest/globals";
import { sharedClusterProblems } from "../../environments/cluster-validation";
import { environmentProblems } from "../../environments/environment-validation";
import { type Guardrail, GUARDRAILS } from "../../environments/guardrails";
import { OPERATED } from "../support/environments";
import { ENVIRONMENT_ROWS, NEIGHBOUR_ROWS } from "./guardrail-rows";
import { STACK_ROWS } from "./guardrail-stacks";

const ROWS = [
  ...ENVIRONMENT_ROWS.map(({ good, bad, ...row }) => ({
    ...row,
    good: () => environmentProblems(good),
    bad: () => environmentProblems(bad),
  })),
  ...NEIGHBOUR_ROWS.map(({ good, bad, ...row }) => ({
    ...row,
    good: () => sharedClusterProblems([OPERATED, good]),
    bad: () => sharedClusterProblems([OPERATED, bad]),
  })),
  ...STACK_ROWS,
];
const CATALOGUE: readonly Guardrail[] = GUARDRAILS;
const says = (name: string) => CATALOGUE.find((guardrail) => guardrail.name === name)?.says;

describe.each(ROWS)("$guardrail: $rule", ({ guardrail, good, bad, message = says(guardrail) }) => {
  test("is kept at its bound", () => {
    expect(good()).toEqual([]);
  });
  test("is refused beyond it, with both values and the mend, and nothing else is", () => {
    expect(bad()).toEqual([message]);
  });
});

describe("the catalogue", () => {
  const tested = ROWS.map(({ guardrail }) => guardrail);

  test("has every guardrail once, and every one is kept and broken here", () => {
    const names = CATALOGUE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(tested)).toEqual(new Set(names));
  });

  test("tells the message of exactly one row for each", () => {
    const examples = ROWS.filter(({ message }) => message === undefined).map(({ guardrail }) => guardrail);
    expect([...examples].sort()).toEqual(CATALOGUE.map(({ name }) => name).sort());
  });

  test.each(CATALOGUE.map((guardrail) => [guardrail.name, guardrail] as const))("says where: %s", (name, { where }) => {
    const inStack = STACK_ROWS.some(({ guardrail }) => guardrail === name);
    expect(where === "environments").toBe(!inStack);
  });

  test("has no rule twice", () => {
    const rules = ROWS.map(({ rule }) => rule);
    expect(rules.filter((rule, nth) => rules.indexOf(rule) !== nth)).toEqual([]);
  });
});
