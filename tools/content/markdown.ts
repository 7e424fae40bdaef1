/** A table of Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`)
    .join("\n");
}

/** A document with what stands between two marks written anew; the rest is written by hand. */
export function between(document: string, mark: string, text: string): string {
  const marks = new RegExp(`(<!-- ${mark} -->)[\\s\\S]*?(<!-- /${mark} -->)`);
  return document.replace(marks, (_, begin: string, end: string) => `${begin}\n\n${text}\n\n${end}`);
}
