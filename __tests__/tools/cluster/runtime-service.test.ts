import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runtimeServiceAnswers } from "../../../tools/cluster/runtime-service";

let directory: string;
let server: Http2Server | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "runtime-"));
});

afterEach(async () => {
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
  rmSync(directory, { recursive: true });
});

/** A runtime that serves as `serve` does; answers its socket, and collects the paths that are asked for. */
async function runtime(serve: (stream: ServerHttp2Stream) => void): Promise<{ socket: string; asked: unknown[] }> {
  const asked: unknown[] = [];
  server = createServer();
  server.on("stream", (stream, headers) => {
    asked.push(headers[":path"]);
    serve(stream);
  });
  const socket = join(directory, "runtime.sock");
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
  return { socket, asked };
}

test("a runtime that tells its version serves", async () => {
  const { socket, asked } = await runtime((stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.alloc(5));
  });
  expect(await runtimeServiceAnswers(socket)).toBe(true);
  expect(asked).toEqual(["/runtime.v1.RuntimeService/Version"]);
});

test("one that is not ready for it refuses at once, and does not serve", async () => {
  const { socket } = await runtime((stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "2" }, { endStream: true });
  });
  expect(await runtimeServiceAnswers(socket)).toBe(false);
});

test("one that hangs up does not serve", async () => {
  const { socket } = await runtime((stream) => stream.session?.destroy());
  expect(await runtimeServiceAnswers(socket)).toBe(false);
});

test("where there is none, none serves", async () => {
  expect(await runtimeServiceAnswers(join(directory, "nowhere.sock"))).toBe(false);
});
