import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { request } from "undici";
import { Forwarding } from "../../../tools/kubernetes/forwarding";
import type { Kubectl } from "../../../tools/kubernetes/kubectl";
import type { Pod } from "../../../tools/kubernetes/pods";
import type { ExecOptions } from "../../../tools/lib/exec";
import { serve, type TestServer } from "../../support/http";

interface RunningPod {
  readonly pod: Pod;
  readonly server: TestServer;
}

/** Pods that answer with their names, and a kubectl that forwards to them as the real one does. */
class Cluster {
  readonly forwardings: string[] = [];
  lists = 0;
  private readonly running = new Map<string, RunningPod>();
  private readonly ended = new Map<string, (() => void)[]>();

  async add(name: string): Promise<void> {
    const server = await serve(() => ({ body: name }));
    const status = { conditions: [{ type: "Ready", status: "True" }] } as const;
    const pod: Pod = { metadata: { name, namespace: "n", uid: `uid-${name}` }, spec: { containers: [] }, status };
    this.running.set(name, { pod, server });
  }

  /** As when a pod is deleted: what is forwarded to it ends. */
  async remove(name: string): Promise<void> {
    const { server } = this.running.get(name) ?? {};
    this.running.delete(name);
    await server?.close();
    for (const end of this.ended.get(name) ?? []) end();
  }

  async close(): Promise<void> {
    for (const name of [...this.running.keys()]) await this.remove(name);
  }

  readonly kubectl = {
    list: () => {
      this.lists++;
      return Promise.resolve([...this.running.values()].map(({ pod }) => pod));
    },
    run: (args: readonly string[], options: ExecOptions) => {
      const name = args[1]?.replace("pod/", "") ?? "";
      this.forwardings.push(args.join(" "));
      const port = new URL(this.running.get(name)?.server.url ?? "http://127.0.0.1:1").port;
      options.onLine?.(`Forwarding from 127.0.0.1:${port} -> 8080`);
      return new Promise((resolve, reject) => {
        this.ended.set(name, [...(this.ended.get(name) ?? []), () => resolve({})]);
        options.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    },
  } as unknown as Kubectl;
}

let cluster: Cluster;
let forwarding: Forwarding;
beforeEach(async () => {
  cluster = new Cluster();
  forwarding = await Forwarding.open(cluster.kubectl, { selector: "app=x", port: 8080, patienceMs: 5000 });
});
afterEach(async () => {
  forwarding.close();
  await cluster.close();
});

/** Over a connection of its own. */
async function ask(): Promise<string> {
  const { body } = await request(`http://127.0.0.1:${forwarding.port}/`, {
    headers: { connection: "close" },
    reset: true,
  });
  return body.text();
}

describe("Forwarding", () => {
  test("leads to a pod that is ready, by one kubectl for all connections", async () => {
    await cluster.add("one");
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(["one", "one", "one"]);
    expect(cluster.forwardings).toEqual(["port-forward pod/one :8080 --address=127.0.0.1"]);
    expect(cluster.lists).toBe(1);
  });

  test("finds the pod that takes a deleted one's place", async () => {
    await cluster.add("one");
    expect(await ask()).toBe("one");
    await cluster.remove("one");
    await cluster.add("two");
    expect(await ask()).toBe("two");
  });

  test("holds a connection until a pod is ready", async () => {
    const asking = ask();
    await pause(500);
    await cluster.add("late");
    expect(await asking).toBe("late");
  });

  test("does not hold it for ever", async () => {
    const impatient = await Forwarding.open(cluster.kubectl, { selector: "app=x", port: 8080, patienceMs: 300 });
    const socket = connect({ host: "127.0.0.1", port: impatient.port });
    await once(socket, "close");
    impatient.close();
  });

  test("ends everything when it is closed", async () => {
    await cluster.add("one");
    const socket = connect({ host: "127.0.0.1", port: forwarding.port });
    await once(socket, "connect");
    await ask();
    forwarding.close();
    await once(socket, "close");
    await expect(ask()).rejects.toThrow();
  });
});
