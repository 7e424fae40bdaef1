import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { exec } from "../lib/exec";
import type { Say } from "../lib/steps";
import { addons } from "./addons";
import { ensureCertificates } from "./certificates";
import { type ComponentName, components, type Machine } from "./components";
import { loadProgram } from "./containerd";
import { noteHost } from "./host-before";
import { kubectl, writeKubeconfigs } from "./kubectl";
import { CONTAINERD_SOCKET, NODE, PATHS } from "./layout";
import { ensureNetwork } from "./network";
import { ensureGroups } from "./pods";
import { ensureStarted } from "./processes";
import { podProgram, programFolder } from "./programs";
import { runtimeServiceAnswers } from "./runtime-service";
import { ALL, waitUntil } from "./wait";

export interface StartOptions {
  readonly cacheDirectory: string;
  readonly signal?: AbortSignal;
}

/** What every component needs of the machine, and containerd, which alone knows what images there are. */
export async function startContainerd(options: StartOptions, say: Say): Promise<void> {
  await noteHost();
  await ensureCertificates();
  await ensureNetwork();
  ensureGroups();
  mkdirSync(PATHS.volumes, { recursive: true, mode: 0o755 });
  await start(["containerd"], options, say);
  await waitUntil(
    "containerd serves the kubelet",
    ["containerd"],
    () => runtimeServiceAnswers(CONTAINERD_SOCKET),
    options.signal,
  );
}

/** Everything else, until the node and the cluster's own pods are ready. */
export async function startKubernetes(options: StartOptions, say: Say): Promise<void> {
  const { signal, cacheDirectory } = options;
  writeKubeconfigs(cacheDirectory);
  for (const name of ["pause", "coredns", "local-volumes"] as const) {
    const { reference, path } = podProgram(name, cacheDirectory);
    await loadProgram(reference, path);
  }
  const run = kubectl(cacheDirectory);
  const answers = async (...args: string[]) =>
    (await run(args, { allowFailure: true, timeoutMs: 10_000 })).exitCode === 0;

  await start(["etcd", "kube-apiserver"], options, say);
  say("waiting for the API server");
  await waitUntil(
    "the API server is ready",
    ["etcd", "kube-apiserver"],
    () => answers("get", "--raw", "/readyz"),
    signal,
  );
  await start(["kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet"], options, say);
  await run(["apply", "--server-side", "--force-conflicts", "-f", "-"], { input: JSON.stringify(addonList(options)) });
  say("waiting for the node");
  await waitUntil(
    "the node is ready",
    ALL,
    () => answers("wait", "--for=condition=Ready", `node/${NODE}`, "--timeout=5s"),
    signal,
  );
  say("waiting for DNS and volumes");
  await waitUntil(
    "the cluster's own pods are available",
    ALL,
    () =>
      answers(
        ...["--namespace", "kube-system", "wait", "--for=condition=Available", "--timeout=5s"],
        ...["deployment/coredns", "deployment/local-volumes"],
      ),
    signal,
  );
}

/** Starts those of these components that do not run as they should. */
export async function start(names: readonly ComponentName[], options: StartOptions, say: Say): Promise<void> {
  const machine = await describeMachine(options.cacheDirectory);
  for (const component of components(machine).filter(({ name }) => names.includes(name))) {
    if (await ensureStarted(component)) say(`${component.name} starts`);
  }
}

function addonList({ cacheDirectory }: StartOptions) {
  const items = addons({
    corednsImage: podProgram("coredns", cacheDirectory).reference,
    localVolumesImage: podProgram("local-volumes", cacheDirectory).reference,
    resolvConf: hostResolvConf(),
  });
  return { apiVersion: "v1", kind: "List", items };
}

async function describeMachine(cacheDirectory: string): Promise<Machine> {
  // The limit of this process, which every program that it starts has too.
  const limit = Number((await exec("bash", ["-c", "ulimit -Hn"])).stdout);
  return {
    programs: programFolder("kubernetes", cacheDirectory),
    pauseImage: podProgram("pause", cacheDirectory).reference,
    openFiles: Math.min(Number.isInteger(limit) ? limit : 1_000_000, 1_000_000),
    resolvConf: hostResolvConf(),
    read: (file) => readFileSync(file),
  };
}

/** With systemd-resolved, /etc/resolv.conf names that alone, on the loopback address, and this file what is behind it. */
function hostResolvConf(): string {
  const file = ["/run/systemd/resolve/resolv.conf", "/etc/resolv.conf"].find((path) => existsSync(path));
  return file ? readFileSync(file, "utf8") : "";
}
