import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { local } from "../../../environments/local";
import { preflight } from "../../../tools/host/preflight";
import { UserError } from "../../../tools/lib/user-error";
import { platformWith } from "../../support/environments";
import { programs, type Programs } from "../../support/programs";

const MEMORY = local.platform.memoryBudget.toBytes();
/** Of an Engine on another machine: there is no disk here to look at. */
const ENGINE = { version: "29", dockerHost: "unix:///x", memory: MEMORY, dataDirectory: "/not/here" };

let bin: Programs;
let holder: Server;
let free: number[];
beforeEach(async () => {
  bin = programs();
  bin.add("docker", "true");
  holder = await listening();
  free = [];
  // Let go again at once, so that they are very likely free.
  for (let count = 0; count < 6; count++) {
    const server = await listening();
    free.push(portOf(server));
    await new Promise((resolve) => server.close(resolve));
  }
});
afterEach(async () => {
  bin.remove();
  await new Promise((resolve) => holder.close(resolve));
});

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function platform(kafka: number) {
  const [gateway = 0, elasticsearch = 0, kibana = 0, jaeger = 0, consumer = 0, filebeatMetrics = 0] = free;
  return platformWith({
    ports: { gateway, kafka, elasticsearch, kibana, jaeger, consumer, "filebeat-metrics": filebeatMetrics },
  });
}

function portProblem(): string {
  const port = portOf(holder);
  return `port 127.0.0.1:${port} (kafka) is in use: stop what holds it ('ss -ltnp sport = :${port}' tells), or change 'ports.kafka' in environments/local.ts`;
}

test("a port that another program holds is told", async () => {
  await expect(preflight(local, platform(portOf(holder)), ENGINE)).rejects.toThrow(new UserError(portProblem()));
});

test("a port that the environment itself holds is not", async () => {
  bin.add("docker", `echo '127.0.0.1:${portOf(holder)}->9094/tcp, 9092/tcp'`);
  await preflight(local, platform(portOf(holder)), ENGINE);
});

test("a machine with less memory than the budget is told, with everything else", async () => {
  await expect(preflight(local, platform(portOf(holder)), { ...ENGINE, memory: MEMORY - 1 })).rejects.toThrow(
    new UserError(
      [
        "- the Docker Engine's machine has 4351 MiB of memory, environment 'local' may take 4352 MiB: give it more, or lower the limits in environments/local.ts",
        `- ${portProblem()}`,
      ].join("\n"),
    ),
  );
});

test.each([
  ["just the budget", MEMORY],
  ["an amount that the Engine does not tell", 0],
])("%s is enough", async (_, memory) => {
  const [first = 0] = free.splice(0, 1);
  const gone = await listening();
  free.push(portOf(gone));
  await new Promise((resolve) => gone.close(resolve));
  await preflight(local, platform(first), { ...ENGINE, memory });
});
