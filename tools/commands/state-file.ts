import { join } from "node:path";
import { LOCAL_DIR } from "../lib/paths";

/** Where Terraform's state of an environment on this machine is. */
export function stateFileOf(environment: string): string {
  return join(LOCAL_DIR, "state", `${environment}.tfstate`);
}
