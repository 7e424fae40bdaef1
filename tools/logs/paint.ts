import { styleText } from "node:util";

export type Style = "bold" | "cyan" | "gray" | "red" | "yellow" | "reset";

/** Gives a text a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Colours where standard output is a terminal that takes them (`NO_COLOR`, `FORCE_COLOR`): Node looks. */
export const onStandardOutput: Paint = (style, text) => (process.stdout.isTTY ? styleText(style, text) : text);

export const plain: Paint = (_, text) => text;

/** As loud as the level is. */
export function levelStyle(level: string): Style {
  if (["error", "fatal", "panic", "dpanic"].includes(level)) return "red";
  return level === "warn" || level === "warning" ? "yellow" : "reset";
}
