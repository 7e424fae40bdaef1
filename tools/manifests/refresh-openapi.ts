// Makes kubernetes-openapi.json anew, by hand, for another version of Kubernetes:
//
//   node --import tsx tools/manifests/refresh-openapi.ts <file or URL> [version]
//
// from `kubectl get --raw /openapi/v2`, or from api/openapi-spec/swagger.json of Kubernetes' sources, which does not say
// its version.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenApiDocument } from "./openapi";
import { printOpenApi, trimOpenApi } from "./trim-openapi";

async function refresh(source: string, version: string | undefined): Promise<void> {
  const text = /^https?:/.test(source) ? await (await fetch(source)).text() : readFileSync(source, "utf8");
  const document = trimOpenApi(JSON.parse(text) as OpenApiDocument, version);
  writeFileSync(join(__dirname, "kubernetes-openapi.json"), printOpenApi(document));
}

const [source, version] = process.argv.slice(2);
if (!source) {
  console.error("Name the document: a file or a URL.");
  process.exitCode = 1;
} else {
  refresh(source, version).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
