import { describe, expect, test } from "@jest/globals";
import { ailmentOf, type Event, podAilments } from "../../../tools/kubernetes/ailments";
import type { Kubectl } from "../../../tools/kubernetes/kubectl";
import type { ContainerStatus, Pod } from "../../../tools/kubernetes/pods";

const pod = (status: Pod["status"], metadata: Partial<Pod["metadata"]> = {}): Pod => ({
  metadata: { name: "kafka-0", namespace: "logs", uid: "1", ...metadata },
  spec: { containers: [] },
  status,
});
const ready = { conditions: [{ type: "Ready", status: "True" }] } as const;
const container = (change: Partial<ContainerStatus>): ContainerStatus => ({
  name: "kafka",
  ready: false,
  restartCount: 0,
  ...change,
});
const waiting = { waiting: { reason: "ImagePullBackOff", message: "no such image" } };

describe("ailmentOf", () => {
  test.each<[string, Pod]>([
    ["a pod that is ready", pod({ phase: "Running", ...ready })],
    ["a Job's that has succeeded", pod({ phase: "Succeeded" })],
  ])("says nothing of %s", (_, one) => {
    expect(ailmentOf(one)).toBeUndefined();
  });

  test("a pod that no node takes", () => {
    const message = "0/1 nodes are available: 1 Insufficient memory.";
    expect(ailmentOf(pod({ conditions: [{ type: "PodScheduled", status: "False", message }] }))?.condition).toBe(
      `cannot be placed on a node: ${message}`,
    );
  });

  test.each<[ContainerStatus, string, boolean]>([
    [container({ state: waiting }), "waits (ImagePullBackOff: no such image)", false],
    [container({ state: { waiting: {} } }), "waits (to be started)", false],
    [container({ state: { running: {} } }), "runs, and its probes are not answered", false],
    [
      container({ state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }),
      "exited with 137 (OOMKilled)",
      false,
    ],
    [
      container({
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 1 } },
      }),
      "waits (CrashLoopBackOff), restarted 3 times, the last time after exit code 1",
      true,
    ],
    [
      container({
        restartCount: 1,
        state: { running: {} },
        lastState: { terminated: { exitCode: 2, reason: "Error" } },
      }),
      "runs, and its probes are not answered, restarted 1 times, the last time after exit code 2 (Error)",
      false,
    ],
  ])("a container %j", (status, condition, restarted) => {
    const healthy = container({ name: "other", ready: true });
    expect(ailmentOf(pod({ phase: "Running", containerStatuses: [healthy, status] }))).toEqual({
      condition: `is not ready: its container 'kafka' ${condition}`,
      container: { name: "kafka", restarted },
    });
  });

  test("what waits for an init container is not asked", () => {
    const done = container({ name: "first", state: { terminated: { exitCode: 0 } } });
    const failing = container({ name: "second", state: { terminated: { exitCode: 1 } } });
    const one = pod({
      initContainerStatuses: [done, failing],
      containerStatuses: [container({ state: { waiting: {} } })],
    });
    expect(ailmentOf(one)?.condition).toBe("is not ready: its init container 'second' exited with 1");
  });

  test("a pod without containers yet", () => {
    expect(ailmentOf(pod({ phase: "Pending" }))?.condition).toBe("is Pending");
    expect(ailmentOf(pod({ phase: "Failed", message: "Evicted" }))?.condition).toBe("is Failed: Evicted");
    expect(ailmentOf(pod({}, { deletionTimestamp: "now" }))?.condition).toBe("is being deleted");
  });
});

describe("podAilments", () => {
  /** A cluster that answers these. */
  function kubectl(
    pods: readonly Pod[],
    events: readonly Event[],
    logs: string | undefined,
    jobs: readonly object[] = [],
  ): Kubectl {
    const lists: Readonly<Record<string, readonly object[]>> = { pods, events, jobs };
    return {
      namespace: "logs",
      list: (kind: string) => Promise.resolve(lists[kind]),
      run: (args: readonly string[]) =>
        Promise.resolve({
          stdout: `${args.includes("--previous") ? "before: " : ""}${logs ?? ""}`,
          exitCode: logs === undefined ? 1 : 0,
        }),
    } as unknown as Kubectl;
  }
  const event = (message: string, change: Partial<Event> = {}): Event => ({
    type: "Warning",
    reason: "Unhealthy",
    message,
    involvedObject: { kind: "Pod", name: "kafka-0", uid: "1" },
    lastTimestamp: "2026-01-31T10:00:00Z",
    ...change,
  });
  const sick = pod({ phase: "Running", containerStatuses: [container({ state: { running: {} } })] });

  test("nothing is said of what is well", async () => {
    expect(await podAilments(kubectl([pod({ phase: "Running", ...ready })], [event("once")], "words"), "dev")).toEqual(
      [],
    );
  });

  test("each has its warnings, in order and once, and its last words", async () => {
    const events = [
      event("late\n  and long", { lastTimestamp: "2026-01-31T10:00:02Z" }),
      event("early", { lastTimestamp: null, eventTime: "2026-01-31T10:00:01Z" }),
      event("early"),
      event("of another", { involvedObject: { uid: "2" } }),
      event("no warning", { type: "Normal" }),
    ];
    expect(await podAilments(kubectl([sick], events, "one\ntwo\n"), "dev")).toEqual([
      [
        "kafka-0 is not ready: its container 'kafka' runs, and its probes are not answered ('kubectl --namespace logs describe pod kafka-0' tells more):",
        "Unhealthy: early",
        "Unhealthy: late and long",
        "one",
        "two",
      ].join("\n    "),
    ]);
  });

  test("of a container that is started again and again, what it said before", async () => {
    const crashing = container({ restartCount: 2, state: { waiting: { reason: "CrashLoopBackOff" } } });
    const [said] = await podAilments(kubectl([pod({ containerStatuses: [crashing] })], [], "fatal"), "dev");
    expect(said).toContain("\n    before: fatal");
  });

  test("a Job's that a deploy made is told, and a CronJob's is not: nothing waits for it", async () => {
    const failed = (name: string, job: string) =>
      pod({ phase: "Failed", message: "refused" }, { name, ownerReferences: [{ kind: "Job", name: job }] });
    const jobs = [
      { metadata: { name: "content-0badcafe" } },
      {
        metadata: { name: "content-heal-29384756", ownerReferences: [{ kind: "CronJob", name: "content-heal" }] },
      },
    ];
    const pods = [failed("content-0badcafe-1", "content-0badcafe"), failed("heal-1", "content-heal-29384756")];
    const said = await podAilments(kubectl(pods, [], undefined, jobs), "dev");
    expect(said).toEqual([expect.stringMatching(/^content-0badcafe-1 is Failed: refused /)]);
  });

  test("says so where there is nothing to say", async () => {
    const [said] = await podAilments(kubectl([sick], [], undefined), "dev");
    expect(said).toMatch(/:\n {4}\(no warning, no output\)$/);
  });

  test("pods that may not be made are told by their owner", async () => {
    const owner = { kind: "DaemonSet", name: "filebeat", uid: "9" };
    const refused = event("pods is forbidden", { reason: "FailedCreate", involvedObject: owner });
    expect(await podAilments(kubectl([], [refused, refused], undefined), "dev")).toEqual([
      "DaemonSet filebeat cannot make its pods: pods is forbidden",
    ]);
  });
});
