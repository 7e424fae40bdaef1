import { join } from "node:path";
import { ROOT } from "../../tools/lib/paths";
import { inBuilder } from "./in-builder";

/** Vets and tests the Go services with the toolchain that compiles them; answers what `go` printed. */
export async function testServices(env: NodeJS.ProcessEnv): Promise<string> {
  const script = "cd /src\ngo vet ./...\ngo test -short ./...\n";
  return (await inBuilder("go-tests", script, join(ROOT, "services"), env)).join("\n");
}
