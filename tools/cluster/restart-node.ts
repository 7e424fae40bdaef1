import { announce, runSteps } from "../lib/steps";
import { stopNode } from "./clean";
import { kubectl } from "./kubectl";
import { withMachineLock } from "./machine-lock";
import { start, startContainerd, type StartOptions } from "./start";
import { ALL, waitUntil } from "./wait";

/**
 * What a reboot of the node does to its pods: all of their processes end at once, whatever was in memory is gone, and the
 * kubelet starts them again. Resolves when every container that ran before runs again, started anew; whether it is ready is
 * for the caller to ask.
 */
export async function restartNode(options: StartOptions): Promise<void> {
  const containers = async () => runningContainers((await kubectl(options.cacheDirectory)(LIST)).stdout);
  await withMachineLock(() =>
    runSteps([
      {
        title: "Restart the node",
        run: async (say) => {
          const before = await containers();
          await stopNode(0);
          announce(say)(`${before.size} containers ended`);
          await startContainerd(options, say);
          await start(["kubelet"], options, say);
          await waitUntil(
            "containers run again",
            ALL,
            async () => {
              const now = await containers();
              return [...before].every(([container, id]) => now.has(container) && now.get(container) !== id);
            },
            options.signal,
          );
        },
      },
    ]),
  );
}

const LIST = ["get", "pods", "--all-namespaces", "--output", "json"];

/** The id of each running container that is started again whenever it ends, by namespace, pod and name. */
export function runningContainers(podList: string): Map<string, string> {
  const { items } = JSON.parse(podList) as {
    items: readonly {
      metadata: { namespace: string; name: string };
      spec: { restartPolicy?: string };
      status: {
        containerStatuses?: readonly { name: string; containerID?: string; state?: { running?: object } }[];
      };
    }[];
  };
  return new Map(
    items
      .filter(({ spec }) => spec.restartPolicy === "Always")
      .flatMap(({ metadata, status }) =>
        (status.containerStatuses ?? [])
          .filter(({ state }) => state?.running)
          .map((one) => [`${metadata.namespace}/${metadata.name}/${one.name}`, one.containerID ?? ""] as const),
      ),
  );
}
