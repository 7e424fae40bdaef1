import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Address {
  readonly ip: string;
  readonly port: number;
}

/** A TCP socket as the kernel lists it. */
export interface Socket {
  readonly local: Address;
  readonly remote: Address;
  readonly listening: boolean;
}

/** Reads /proc/<pid>/net/tcp and tcp6. */
export function parseSockets(table: string): Socket[] {
  return table.split("\n").flatMap((line) => {
    const [, local, remote, state] =
      /^\s*\d+: ([0-9A-F]+:[0-9A-F]{4}) ([0-9A-F]+:[0-9A-F]{4}) ([0-9A-F]{2}) /.exec(line) ?? [];
    if (!local || !remote) return [];
    return [{ local: address(local), remote: address(remote), listening: state === LISTEN }];
  });
}

/** Where the sockets of one network namespace were connected to from within it. What stays inside is no flow. */
export function destinations(sockets: readonly Socket[]): Address[] {
  const served = new Set(sockets.filter(({ listening }) => listening).map(({ local }) => local.port));
  return sockets
    .filter(({ local, remote, listening }) => !listening && !served.has(local.port) && remote.ip !== local.ip)
    .map(({ remote }) => remote);
}

/** Watches, on the node, which addresses the processes of each pod connect to, until it is stopped. */
export class FlowWatch {
  private readonly seen = new Map<string, Map<string, Address>>();
  private readonly timer: NodeJS.Timeout;

  constructor() {
    // Closed connections stay listed for a while on the side that closed them: even short ones are seen.
    this.timer = setInterval(() => this.sample(), INTERVAL_MS);
  }

  /** Destinations by the pod's uid. */
  stop(): ReadonlyMap<string, readonly Address[]> {
    clearInterval(this.timer);
    return new Map([...this.seen].map(([uid, addresses]) => [uid, [...addresses.values()]]));
  }

  private sample(): void {
    for (const [uid, pid] of podProcesses()) {
      const known = this.seen.get(uid) ?? new Map<string, Address>();
      this.seen.set(uid, known);
      const sockets = ["tcp", "tcp6"].flatMap((name) => parseSockets(readOr(`/proc/${pid}/net/${name}`, "")));
      for (const one of destinations(sockets)) known.set(`${one.ip}:${one.port}`, one);
    }
  }
}

/** A process of each pod on this machine: all of a pod's share its network. */
function podProcesses(): Map<string, string> {
  const found = new Map<string, string>();
  const own = networkOf("self");
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const [, uid] = POD_GROUP.exec(readOr(`/proc/${pid}/cgroup`, "")) ?? [];
    // What starts a container is in its group before it is in its network.
    if (uid && ![own, ""].includes(networkOf(pid))) found.set(uid.replaceAll("_", "-"), pid);
  }
  return found;
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return "";
  }
}

/** Of a process that has ended meanwhile there is nothing to read. */
function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}

/** Words of four bytes, each in the processor's order; IPv4 may be wrapped in IPv6. */
function address(text: string): Address {
  const [hex = "", port = ""] = text.split(":");
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, "hex")].reverse());
  const wrapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff;
  const ipv4 = bytes.length === 4 ? bytes : wrapped ? bytes.slice(12) : undefined;
  return { ip: ipv4?.join(".") ?? ipv6(bytes), port: Number.parseInt(port, 16) };
}

function ipv6(bytes: readonly number[]): string {
  const groups = bytes.flatMap((byte, index) => (index % 2 === 0 ? [(byte << 8) + (bytes[index + 1] ?? 0)] : []));
  return groups.map((group) => group.toString(16)).join(":");
}

/** As the kubelet names it, with and without systemd. */
const POD_GROUP = /[/-]pod([0-9a-f]{8}[-_][0-9a-f_-]{27})(?:\/|\.slice|$)/m;
const LISTEN = "0A";
const INTERVAL_MS = 500;
