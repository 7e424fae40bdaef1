/** Text that Terraform shall take as it is: programs have `${...}` and `%{...}` of their own. */
export function literal(content: string): string {
  return content.replace(/[$%](?=\{)/g, "$&$&");
}
