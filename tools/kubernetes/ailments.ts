import type { Kubectl } from "./kubectl";
import { type ContainerStatus, isDone, isReady, type Pod } from "./pods";
import { deployedPods } from "./scheduled";

/** Something that Kubernetes tried in vain, or warns of. */
export interface Event {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string; readonly uid?: string };
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** What keeps a pod from being ready. */
export interface Ailment {
  readonly condition: string;
  /** Whose last words may tell why. @default none has started */
  readonly container?: { readonly name: string; readonly restarted: boolean };
}

/** What is wrong with the pods that a deploy makes, each with its warnings and last words; empty if nothing. */
export async function podAilments(kubectl: Kubectl, environment: string): Promise<string[]> {
  const pods = await deployedPods(kubectl, environment);
  const events = await kubectl.list<Event>("events");
  const sick = pods.flatMap((pod) => {
    const ailment = ailmentOf(pod);
    return ailment ? [{ pod, ailment }] : [];
  });
  const described = await Promise.all(
    sick.map(async ({ pod, ailment }) => {
      const { name, uid } = pod.metadata;
      const words = [...warnings(events, uid), ...(await lastWords(kubectl, name, ailment))];
      const more = `'kubectl --namespace ${kubectl.namespace} describe pod ${name}' tells more`;
      return `${name} ${ailment.condition} (${more}):\n    ${words.join("\n    ") || "(no warning, no output)"}`;
    }),
  );
  return [...described, ...refusals(events)];
}

/** Undefined for a pod that is as it should be. */
export function ailmentOf(pod: Pod): Ailment | undefined {
  if (isReady(pod) || isDone(pod)) return undefined;
  const { status, metadata } = pod;
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") return { condition: `cannot be placed on a node: ${scheduled.message ?? ""}` };
  // They run one after another: the first that has not succeeded is what the others wait for.
  const init = status.initContainerStatuses?.find(({ state }) => state?.terminated?.exitCode !== 0);
  const container = init ?? status.containerStatuses?.find(({ ready }) => !ready);
  if (container) {
    const which = (init ? "its init container" : "its container") + ` '${container.name}' `;
    return {
      condition: `is not ready: ${which}${stateOf(container)}`,
      container: { name: container.name, restarted: container.restartCount > 0 && !container.state?.running },
    };
  }
  if (metadata.deletionTimestamp) return { condition: "is being deleted" };
  return { condition: `is ${status.phase ?? "unknown"}${status.message ? `: ${status.message}` : ""}` };
}

function stateOf({ state, lastState, restartCount }: ContainerStatus): string {
  const ended = state?.terminated ?? lastState?.terminated;
  const before =
    restartCount > 0 && ended
      ? `, restarted ${restartCount} times, the last time after exit code ${ended.exitCode}${ended.reason ? ` (${ended.reason})` : ""}`
      : "";
  if (state?.waiting) {
    const { reason, message } = state.waiting;
    return `waits (${[reason, message].filter(Boolean).join(": ") || "to be started"})${before}`;
  }
  if (state?.terminated) {
    const { exitCode, reason } = state.terminated;
    return `exited with ${exitCode}${reason ? ` (${reason})` : ""}`;
  }
  return `runs, and its probes are not answered${before}`;
}

/** The last warnings of an object, each once. */
function warnings(events: readonly Event[], uid: string): string[] {
  const own = events.filter(({ type, involvedObject }) => type === "Warning" && involvedObject.uid === uid);
  const at = ({ lastTimestamp, eventTime }: Event) => Date.parse(lastTimestamp ?? eventTime ?? "") || 0;
  const texts = own.sort((a, b) => at(a) - at(b)).map(({ reason, message }) => `${reason}: ${oneLine(message)}`);
  return [...new Set(texts)].slice(-3);
}

/** Pods that are not even there: their owner was refused them. */
function refusals(events: readonly Event[]): string[] {
  const refused = events.filter(({ type, reason }) => type === "Warning" && reason === "FailedCreate");
  return [
    ...new Set(
      refused.map(
        ({ involvedObject: { kind, name }, message }) => `${kind} ${name} cannot make its pods: ${oneLine(message)}`,
      ),
    ),
  ];
}

async function lastWords(kubectl: Kubectl, pod: string, { container }: Ailment): Promise<string[]> {
  if (!container) return [];
  const args = ["logs", pod, "--container", container.name, "--tail=3", ...(container.restarted ? ["--previous"] : [])];
  const { stdout, exitCode } = await kubectl.run(args, { allowFailure: true, timeoutMs: 10_000 });
  return exitCode === 0 ? stdout.trim().split("\n").filter(Boolean) : [];
}

function oneLine(text = ""): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
