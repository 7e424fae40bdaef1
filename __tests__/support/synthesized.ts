/** As Terraform reads a string: `${` and `%{` would begin a template and must not be left. */
export function unescaped(text: string): string {
  if (/(?<![$%])[$%]\{/.test(text)) throw new Error(`Terraform would take a part of this for a template: ${text}`);
  return text.replace(/([$%])\1\{/g, "$1{");
}

/** @throws Error that says what there is none of */
export function required<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new Error(`there is no ${what}`);
  return value;
}
