import { exec } from "../../tools/lib/exec";
import { until } from "../support/until";

interface Inspected {
  readonly State: {
    readonly Running: boolean;
    readonly Pid: number;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly Image: string;
  readonly Config: { readonly User: string };
  readonly HostConfig: {
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string }[]>> | null;
    readonly Memory: number;
    readonly CapDrop: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly RestartPolicy: { readonly Name: string };
  };
  readonly Name: string;
}

export async function inspect(container: string): Promise<Inspected> {
  const [one] = JSON.parse((await exec("docker", ["inspect", container])).stdout) as Inspected[];
  if (!one) throw new Error(`no container ${container}`);
  return one;
}

/** What carries the environment's label. */
export async function labelled(kind: "container" | "network" | "volume", environment: string): Promise<string[]> {
  const all = kind === "container" ? ["--all"] : [];
  const filter = `label=log-pipeline.environment=${environment}`;
  return (await exec("docker", [kind, "ls", ...all, "--quiet", "--filter", filter])).stdout.split("\n").filter(Boolean);
}

/**
 * Ends a container's main process as the kernel would for want of memory: no signal handler runs. `docker kill` is
 * something else, the Engine takes it for a wish of the user's and does not start the container again.
 */
export async function killMainProcess(container: string, helperImage: string): Promise<void> {
  const { State } = await inspect(container);
  const helper = ["run", "--rm", "--pid=host", "--user=0", "--network=none", "--entrypoint=/bin/sh", helperImage];
  await exec("docker", [...helper, "-c", `kill -9 ${State.Pid}`]);
  await until(`${container} is started again`, async () => {
    const now = await inspect(container);
    return now.State.Running && now.State.StartedAt !== State.StartedAt;
  });
}

export async function healthy(container: string): Promise<void> {
  await until(`${container} is healthy`, async () => (await inspect(container)).State.Health?.Status === "healthy");
}
