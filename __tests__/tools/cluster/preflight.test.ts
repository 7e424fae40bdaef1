import { expect, test } from "@jest/globals";
import { listeners, memoryAvailable, overlap, problemsOf, type Sight } from "../../../tools/cluster/preflight";

const GIB = 2 ** 30;

/** A machine on which a cluster can be made, but for what is said. */
function sight(other: Partial<Sight>): Sight {
  return {
    processes: [{ pid: 1, name: "init", args: ["/sbin/init"] }],
    listeners: [{ address: "127.0.0.1", port: 2379 }],
    routes: [
      { dst: "default", dev: "eth0" },
      { dst: "10.0.0.0/16", dev: "eth0" },
    ],
    memory: 8 * GIB,
    disk: 50 * GIB,
    running: () => false,
    ownKubelet: undefined,
    ...other,
  };
}

test("an ordinary machine has no problem", () => {
  expect(problemsOf(sight({}))).toEqual([]);
});

test("every problem is told, with its values and the mend", () => {
  const problems = problemsOf(
    sight({
      processes: [{ pid: 42, name: "kubelet", args: ["kubelet"] }],
      listeners: [
        { address: "0.0.0.0", port: 6443 },
        { address: "127.0.0.1", port: 10257 },
      ],
      routes: [{ dst: "10.128.0.0/9", dev: "tun0" }],
      memory: GIB,
      disk: 5 * GIB,
    }),
  );
  expect(problems).toEqual([
    "a kubelet that is not this cluster's runs on this machine (process 42), and two of them end each other's pods: stop it, or name its cluster in environments/dev.ts",
    "port 10.231.0.1:6443 (kube-apiserver) is in use: stop what holds it ('ss -ltnp sport = :6443' tells), or change the port in tools/cluster/layout.ts",
    "port 127.0.0.1:10257 (kube-controller-manager) is in use: stop what holds it ('ss -ltnp sport = :10257' tells), or change the port in tools/cluster/layout.ts",
    "10.231.0.0/24 and 10.231.1.0/24 would hide the route to 10.128.0.0/9 (tun0): change the ranges of NETWORK in tools/cluster/layout.ts to some that no route has ('ip route' lists them)",
    "1024 MiB of memory are available, Kubernetes needs 2 GiB: stop what else runs here ('npm run down' stops the local environment)",
    "/var/lib has 5120 MiB free, 6 GiB are needed for images and volumes: free some ('docker system df' tells what Docker holds)",
  ]);
});

test("what the cluster itself holds is no problem", () => {
  const running = sight({
    processes: [{ pid: 42, name: "kubelet", args: ["kubelet"] }],
    ownKubelet: 42,
    listeners: [{ address: "10.231.0.1", port: 6443 }],
    routes: [{ dst: "10.231.0.0/24", dev: "log-pipeline0" }],
    memory: GIB,
    running: () => true,
  });
  expect(problemsOf(running)).toEqual([]);
});

test("a port of another address is no problem", () => {
  expect(problemsOf(sight({ listeners: [{ address: "127.0.0.1", port: 6443 }] }))).toEqual([]);
});

test("listeners are read from the kernel's tables", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2811 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0100E70A:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   2: 0100007F:2812 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 1 1
`;
  expect(listeners(table)).toEqual([
    { address: "127.0.0.1", port: 10257 },
    { address: "10.231.0.1", port: 6443 },
  ]);
  const everywhere = "   0: 00000000000000000000000000000000:192B 00000000000000000000000000000000:0000 0A 0";
  expect(listeners(everywhere)).toEqual([{ address: "0.0.0.0", port: 6443 }]);
});

test.each([
  ["10.231.0.0/24", "10.231.0.0/16", true],
  ["10.231.0.0/24", "10.231.0.77", true],
  ["10.231.0.0/24", "10.231.1.0/24", false],
  ["10.231.0.0/24", "10.230.255.255", false],
  ["10.231.0.0/24", "0.0.0.0/0", true],
  ["192.168.1.130/25", "192.168.1.255", true],
])("%s and %s overlap: %s", (one, other, expected) => {
  expect(overlap(one, other)).toBe(expected);
  expect(overlap(other, one)).toBe(expected);
});

test("memory that is available, not that which is free", () => {
  expect(memoryAvailable("MemTotal: 9 kB\nMemFree: 1 kB\nMemAvailable:    2048 kB\n")).toBe(2 * 2 ** 20);
});
