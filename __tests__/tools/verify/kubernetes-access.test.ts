import { describe, expect, test } from "@jest/globals";
import { LOG_DIRECTORY } from "../../../contract/names";
import { dev } from "../../../environments/dev";
import type { EnvironmentConfig } from "../../../environments/environment";
import type { Pod } from "../../../tools/kubernetes/pods";
import { UserError } from "../../../tools/lib/user-error";
import { logHosts, logWatchers, unreadyWatchers } from "../../../tools/verify/kubernetes-access";
import { requireSampleServices } from "../../../tools/verify/open-access";

const DIRECTORY = "/var/log/of-the-node";

function pod(
  name: string,
  node: string,
  change: { ready?: boolean; readOnly?: boolean; directory?: string } = {},
): Pod {
  const { ready = true, readOnly, directory = DIRECTORY } = change;
  return {
    metadata: { name, namespace: "logs", uid: name },
    spec: {
      nodeName: node,
      volumes: [{ name: "tmp" }, { name: "logs", hostPath: { path: directory } }],
      containers: [
        { name: "sidecar", volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] },
        { name, volumeMounts: [{ name: "logs", mountPath: LOG_DIRECTORY, ...(readOnly ? { readOnly } : {}) }] },
      ],
    },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

describe("who sees the log files of a node", () => {
  test("is whoever has its directory mounted, and is ready", () => {
    const pods = [
      pod("filebeat", "node-1", { readOnly: true }),
      pod("orders", "node-2"),
      pod("gateway", "node-1", { ready: false }),
      pod("of-another-environment", "node-1", { directory: "/var/log/other" }),
    ];
    expect(logWatchers(pods, DIRECTORY)).toEqual([
      { host: "node-1", pod: "filebeat", container: "filebeat", writes: false },
      { host: "node-2", pod: "orders", container: "orders", writes: true },
    ]);
  });

  test("is nobody who is about to go, or has no such directory", () => {
    const leaving = pod("filebeat", "node-1");
    const spec = { ...leaving.spec, volumes: [] };
    expect(
      logWatchers([{ ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: "now" } }], DIRECTORY),
    ).toEqual([]);
    expect(logWatchers([{ ...leaving, spec }], DIRECTORY)).toEqual([]);
  });
});

describe("a node on which nobody is ready", () => {
  const pods = [
    pod("filebeat", "node-1", { readOnly: true }),
    pod("filebeat-2", "node-2", { readOnly: true, ready: false }),
    pod("of-another-environment", "node-3", { directory: "/var/log/other" }),
  ];

  test("is one of those that have lines", () => {
    expect(logHosts(pods, DIRECTORY)).toEqual(["node-1", "node-2"]);
  });

  test("is told, with the pod", () => {
    expect(unreadyWatchers(pods, DIRECTORY)).toEqual([
      "pod filebeat-2 is not ready on node node-2, so lines there may not be shipped: 'kubectl describe pod filebeat-2' tells why",
    ]);
  });

  test("is no fault of pods that have ended or are replaced", () => {
    const [one] = [pod("gone", "node-4", { ready: false })];
    const ended = { ...one!, status: { phase: "Succeeded" } } as Pod;
    const leaving = { ...one!, metadata: { ...one!.metadata, deletionTimestamp: "now" } };
    expect([logHosts([ended, leaving], DIRECTORY), unreadyWatchers([ended, leaving], DIRECTORY)]).toEqual([[], []]);
  });
});

test("without sample services there is nothing to send requests through, and that is said", () => {
  const without: EnvironmentConfig = { ...dev };
  delete (without as { sampleServices?: object }).sampleServices;
  expect(() => requireSampleServices(dev)).not.toThrow();
  expect(() => requireSampleServices(without)).toThrow(
    new UserError(
      "environment 'dev' has no sample services, through which 'verify' sends its requests: 'verify --environment dev --trace <id>' shows what became of a request to yours",
    ),
  );
});
