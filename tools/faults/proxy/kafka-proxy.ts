import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { RequestFrames } from "./request-frames";

export const API_KEY = { produce: 0, offsetCommit: 8 } as const;

/** Passes connections on to a broker; sees each request before the broker does. */
export class KafkaProxy {
  /** Called before a request is passed on; it is if all say so, and if not, its connection is reset. */
  readonly watchers = new Set<(apiKey: number) => boolean>();
  private stalled = false;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(private readonly upstreamPort: number) {
    this.server = createServer((client) => this.join(client));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as AddressInfo).port;
  }

  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Nothing moves in either direction, and no connection is closed. */
  stall(stalled: boolean): void {
    this.stalled = stalled;
    for (const socket of this.sockets)
      if (stalled) socket.pause();
      else socket.resume();
  }

  close(): void {
    this.reset();
    this.server.close();
  }

  private join(client: Socket): void {
    const broker = connect(this.upstreamPort, "127.0.0.1");
    const frames = new RequestFrames();
    client.on("data", (chunk) => {
      for (const { apiKey, bytes } of frames.add(chunk)) {
        const passes = [...this.watchers].map((watch) => watch(apiKey)).every(Boolean);
        if (!passes) return void client.resetAndDestroy();
        broker.write(bytes);
      }
    });
    broker.on("data", (chunk) => client.write(chunk));
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      if (this.stalled) socket.pause();
    }
  }
}
