import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { Kubectl } from "./kubectl";
import { isReady, type Pod } from "./pods";

export interface ForwardingOptions {
  /** Of the pods that serve. */
  readonly selector: string;
  /** Of their container. */
  readonly port: number;
  /** How long a connection waits for a pod that is ready, in milliseconds. */
  readonly patienceMs: number;
}

/**
 * A port of the loopback address that leads to whichever pod of a component is ready. kubectl's own port-forward holds on
 * to one pod and ends with it; here each connection finds a pod anew, so that pods may come and go. A connection ends with
 * its pod: whoever holds it sees it reset and may connect again.
 */
export class Forwarding {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly tunnels = new Map<string, Tunnel>();
  private choice: { readonly at: number; readonly pod: Promise<Pod | undefined> } | undefined;
  private closed = false;
  private readonly close_ = () => void this.close();

  private constructor(
    private readonly kubectl: Kubectl,
    private readonly options: ForwardingOptions,
  ) {
    this.server = createServer((socket) => void this.serve(socket));
    // Nothing else ends kubectl with this process.
    process.once("exit", this.close_);
  }

  static async open(kubectl: Kubectl, options: ForwardingOptions): Promise<Forwarding> {
    const forwarding = new Forwarding(kubectl, options);
    forwarding.server.listen(0, "127.0.0.1");
    await once(forwarding.server, "listening");
    return forwarding;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends every connection and every kubectl. */
  close(): void {
    this.closed = true;
    process.off("exit", this.close_);
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    for (const tunnel of this.tunnels.values()) tunnel.close();
  }

  private async serve(socket: Socket): Promise<void> {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const deadline = Date.now() + this.options.patienceMs;
    while (!this.closed && !socket.destroyed && Date.now() < deadline) {
      const upstream = await this.connect().catch(() => undefined);
      if (upstream) return join(socket, upstream);
      await pause(RETRY_MS);
    }
    socket.destroy();
  }

  /** A connection to a pod that is ready; undefined if there is none now. */
  private async connect(): Promise<Socket | undefined> {
    const pod = await this.choose();
    if (!pod) return undefined;
    const { uid, name } = pod.metadata;
    let tunnel = this.tunnels.get(uid);
    if (!tunnel) {
      tunnel = new Tunnel(this.kubectl, name, this.options.port, () => this.tunnels.delete(uid));
      this.tunnels.set(uid, tunnel);
    }
    return tunnel.connect();
  }

  /** Asked for many connections at once, the cluster is asked once. */
  private choose(): Promise<Pod | undefined> {
    if (!this.choice || Date.now() - this.choice.at > FRESH_MS) {
      const pods = this.kubectl.list<Pod>("pods", this.options.selector);
      this.choice = { at: Date.now(), pod: pods.then((all) => all.find(isReady)) };
    }
    return this.choice.pod;
  }
}

const FRESH_MS = 1000;
const RETRY_MS = 250;

/** One kubectl that forwards to one pod. */
class Tunnel {
  private readonly stop = new AbortController();
  private readonly port: Promise<number>;

  constructor(kubectl: Kubectl, pod: string, port: number, ended: () => void) {
    this.port = new Promise((resolve, reject) => {
      const args = ["port-forward", `pod/${pod}`, `:${port}`, "--address=127.0.0.1"];
      kubectl
        .run(args, {
          signal: this.stop.signal,
          onLine: (line) => {
            const [, listening] = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line) ?? [];
            if (listening) resolve(Number(listening));
          },
        })
        .then(() => reject(new Error(`port-forward to ${pod} ended`)), reject)
        .finally(ended);
    });
    // Whoever connects hears of it.
    this.port.catch(() => undefined);
  }

  async connect(): Promise<Socket> {
    const socket = connect({ host: "127.0.0.1", port: await this.port, allowHalfOpen: true });
    try {
      await once(socket, "connect");
    } catch (error) {
      // It ends with its pod, sometimes a moment after.
      this.close();
      throw error;
    }
    return socket;
  }

  close(): void {
    this.stop.abort();
  }
}

/** Passes bytes on in both directions, and the end of one side to the other. */
function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
    from.pipe(to);
  }
}
