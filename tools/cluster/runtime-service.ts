import { connect as connectSession, constants } from "node:http2";
import { connect } from "node:net";

/** An empty message, as gRPC sends it: not compressed, of length 0. */
const EMPTY_MESSAGE = Buffer.alloc(5);
const TIMEOUT_MS = 5_000;
const OK = "0";

/**
 * Whether a container runtime serves the kubelet. Containerd answers its own clients before it has taken stock of the
 * containers that there are; a kubelet that asks in between is refused, and ends.
 *
 * @param socket of the Container Runtime Interface
 */
export function runtimeServiceAnswers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connectSession("http://localhost", { createConnection: () => connect(socket) });
    const settle = (answer: boolean) => {
      session.destroy();
      resolve(answer);
    };
    session.on("error", () => settle(false));
    session.setTimeout(TIMEOUT_MS, () => settle(false));
    const call = session.request({
      [constants.HTTP2_HEADER_METHOD]: "POST",
      [constants.HTTP2_HEADER_PATH]: "/runtime.v1.RuntimeService/Version",
      [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
      [constants.HTTP2_HEADER_TE]: "trailers",
    });
    let status: unknown;
    // A refusal has its status in the headers, an answer in the trailers.
    for (const event of ["response", "trailers"] as const) {
      call.on(event, (headers: Readonly<Record<string, unknown>>) => (status = headers["grpc-status"] ?? status));
    }
    call.on("error", () => settle(false));
    call.on("close", () => settle(status === OK));
    call.resume();
    call.end(EMPTY_MESSAGE);
  });
}
