import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";
import type { Liveness } from "./liveness";

export interface HealthParts {
  readonly liveness: Liveness;
  readonly metrics: { readonly registry: Registry };
  /** What is missing before the program can do its work; empty if nothing is. */
  readonly missing: () => Promise<string[]>;
}

/** Serves /livez, /readyz and /metrics. */
export function createHealthServer(parts: HealthParts): Server {
  return createServer((request, response) => {
    const answer = (status: number, type: string, body: string) => {
      response.writeHead(status, { "content-type": type }).end(body);
    };
    respond(request.url ?? "/", parts).then(
      ({ status, type, body }) => answer(status, type, body),
      () => answer(500, "text/plain", "internal error\n"),
    );
  });
}

async function respond(url: string, { liveness, metrics, missing }: HealthParts) {
  const path = url.replace(/\?.*$/, "");
  const json = (status: number, body: object) => ({
    status,
    type: "application/json",
    body: `${JSON.stringify(body)}\n`,
  });
  switch (path) {
    case "/livez": {
      const late = liveness.late();
      return json(late.length === 0 ? 200 : 503, { live: late.length === 0, late });
    }
    case "/readyz": {
      const waitingFor = await missing();
      return json(waitingFor.length === 0 ? 200 : 503, { ready: waitingFor.length === 0, waitingFor });
    }
    case "/metrics":
      return { status: 200, type: metrics.registry.contentType, body: await metrics.registry.metrics() };
    default:
      return json(404, { paths: ["/livez", "/readyz", "/metrics"] });
  }
}

/** @throws Error if the port cannot be used */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new Error(`HTTP_PORT (${port}) cannot be used`, { cause: error })));
    server.listen(port, resolve);
  });
}
