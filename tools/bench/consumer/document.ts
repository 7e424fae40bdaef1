import type { Results } from "./results";

export function writeBenchDocs(_results: Results): void {
  throw new Error("to come");
}
