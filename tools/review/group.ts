import type { Danger } from "./dangers";
import type { Report } from "./report";

/** Dangers that are the same danger: told once, with every place and environment. */
export interface DangerGroup extends Pick<Danger, "rule" | "severity" | "why" | "safeWay"> {
  readonly places: readonly (Pick<Danger, "what" | "from" | "to" | "component"> & {
    readonly environments: readonly string[];
  })[];
}

/** In the order in which they are found, the worst first. */
export function groupDangers(report: Report): readonly DangerGroup[] {
  const groups = new Map<string, { danger: Danger; places: Map<string, { danger: Danger; environments: string[] }> }>();
  for (const { environment, dangers } of report.environments) {
    for (const danger of dangers) {
      const key = [danger.rule, danger.severity, danger.why, danger.safeWay].join("\0");
      const group = groups.get(key) ?? { danger, places: new Map() };
      groups.set(key, group);
      const place = [danger.component, danger.what, danger.from, danger.to].join("\0");
      const { environments } = group.places.get(place) ?? { environments: [] };
      group.places.set(place, { danger, environments: [...environments, environment] });
    }
  }
  const all = [...groups.values()].map(({ danger, places }): DangerGroup => {
    const { rule, severity, why, safeWay } = danger;
    return {
      rule,
      severity,
      why,
      safeWay,
      places: [...places.values()].map(({ danger: { what, from, to, component }, environments }) => ({
        what,
        component,
        environments,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      })),
    };
  });
  return (["danger", "warning", "notice"] as const).flatMap((severity) =>
    all.filter((one) => one.severity === severity),
  );
}

/** From what to what; one side where there is no other. */
export function fromTo({ from, to }: { readonly from?: string; readonly to?: string }): string {
  return [from, to].filter((side) => side !== undefined).join(" → ");
}
