import Table from "cli-table3";
import { fromTo, groupDangers } from "./group";
import { isSilent, type Report, severitiesInWords } from "./report";

/** A report for a terminal: everything in words, and every raw difference. */
export function renderTerminal(report: Report): string {
  const table = new Table({
    head: ["environment", "what changes", "dangers"],
    // Colours would end up in CI logs.
    style: { head: [], border: [], compact: true },
  });
  for (const { environment, headline, dangers } of report.environments) {
    table.push([environment, headline, severitiesInWords(dangers) || "none"]);
  }
  return `${[
    plain(`Review: ${report.base} → ${report.head}`),
    table.toString(),
    ...report.notes,
    ...groupDangers(report).map(({ severity, places, why, safeWay }) =>
      [
        ...places.map((place) =>
          plain(`${severity.toUpperCase()} ${place.environments.join(", ")}: ${place.what}: ${fromTo(place)}`),
        ),
        plain(`  why: ${why}`),
        plain(`  safe way: ${safeWay}`),
      ].join("\n"),
    ),
    ...report.environments.flatMap((one) => {
      if (isSilent(one)) return [];
      const { environment, headline, facts, components, follows, plans } = one;
      return [
        `== ${environment}: ${headline}`,
        ...(facts.length > 0 ? [["Facts", ...facts.map((fact) => plain(`  ${fact}`))].join("\n")] : []),
        ...components.map(({ component, things, raw }) =>
          [
            component,
            ...things.flatMap(({ text, details }) => [`  ${text}`, ...details.map((line) => `    ${line}`)]).map(plain),
            ...raw.flatMap((one) => one.split("\n")).map((line) => `      ${line}`),
          ].join("\n"),
        ),
        ...follows.map(plain),
        ...plans.map(({ stack, headline: planned, lines }) =>
          [`Terraform's plan of ${stack}: ${planned}`, ...lines.map((line) => plain(`  ${line}`))].join("\n"),
        ),
      ];
    }),
  ].join("\n\n")}\n`;
}

/** Without the ticks of Markdown. */
function plain(text: string): string {
  return text.replaceAll(/`+/g, "");
}
