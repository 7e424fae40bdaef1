import { ConfigurationError } from "../../core/validation";
import type { DashboardDefinition, PanelRow } from "../dashboards/panel";

/** Columns of Kibana's grid. */
export const COLUMNS = 48;

/** Where a panel is: from the left and from the top, in columns and rows of the grid. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The places of a dashboard's panels, in their order. @throws ConfigurationError for a row that does not fill the grid */
export function placesOf({ name, rows }: DashboardDefinition): readonly Place[] {
  const problems = rows.flatMap((row, index) => rowProblems(row, `dashboard '${name}', row ${index + 1}`));
  if (problems.length > 0) throw new ConfigurationError(problems);
  let y = 0;
  return rows.flatMap((row) => {
    const top = y;
    y += row.height;
    let x = 0;
    return widthsOf(row).map((w) => {
      const left = x;
      x += w;
      return { x: left, y: top, w, h: row.height };
    });
  });
}

/** The same for all; what is left over goes to the last. */
function widthsOf({ panels, widths }: PanelRow): readonly number[] {
  if (widths) return widths;
  const each = Math.floor(COLUMNS / panels.length);
  return panels.map((_, index) => (index < panels.length - 1 ? each : COLUMNS - each * (panels.length - 1)));
}

function rowProblems({ panels, widths, height }: PanelRow, where: string): readonly string[] {
  const problems: string[] = [];
  if (!Number.isInteger(height) || height < 1)
    problems.push(`${where}: 'height' (${height}) must be a whole number of at least 1`);
  if (!widths) return problems;
  if (widths.length !== panels.length) {
    problems.push(`${where}: 'widths' has ${widths.length} for ${panels.length} panels: give each panel one`);
  }
  if (widths.some((width) => !Number.isInteger(width) || width < 1)) {
    problems.push(`${where}: 'widths' (${widths.join(", ")}) must be whole numbers of at least 1`);
  }
  const sum = widths.reduce((total, width) => total + width, 0);
  if (sum !== COLUMNS)
    problems.push(`${where}: 'widths' (${widths.join(", ")}) are ${sum} in all: make them ${COLUMNS}`);
  return problems;
}
