import { get } from "node:http";

const TIMEOUT_MS = 3_000;

/** Whether the consumer in this container says that it is ready, or with `path` `/livez` that it is alive. */
export function isHealthy(port: number, path: "/readyz" | "/livez"): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}
