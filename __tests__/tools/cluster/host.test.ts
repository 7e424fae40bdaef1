import { expect, test } from "@jest/globals";
import { clusterReference, imageDescription } from "../../../tools/cluster/containerd";
import { cgroupRoots, mountPoints } from "../../../tools/cluster/mounts";
import { parseStat } from "../../../tools/cluster/processes";
import { runningContainers } from "../../../tools/cluster/restart-node";

test("a process is told by its start, whatever it calls itself", () => {
  const stat = "42 (a) S 1 (b)) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 1000 100";
  expect(parseStat(stat)).toEqual({ state: "S", started: "98765" });
  expect(parseStat("")).toBeUndefined();
});

const MOUNTS = `24 1 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw
25 24 0:23 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
26 24 0:24 / /sys/fs/cgroup/unified rw,relatime shared:4 - cgroup2 cgroup2 rw
27 1 0:25 / /var/lib/with\\040space rw - tmpfs tmpfs rw
`;

test("mount points are read in the order that they were made", () => {
  expect(mountPoints(MOUNTS).at(-1)).toBe("/var/lib/with space");
  expect(cgroupRoots(MOUNTS)).toEqual(["/sys/fs/cgroup/memory", "/sys/fs/cgroup/unified"]);
});

test.each([
  ["debian:12", "docker.io/library/debian:12"],
  ["log-pipeline/kafka:4", "docker.io/log-pipeline/kafka:4"],
  ["docker.io/log-pipeline/kafka:4", "docker.io/log-pipeline/kafka:4"],
  ["docker.elastic.co/kibana/kibana:9", "docker.elastic.co/kibana/kibana:9"],
  ["localhost/x:1", "localhost/x:1"],
  ["registry:5000/x:1", "registry:5000/x:1"],
])("the cluster knows %s as %s", (reference, expected) => {
  expect(clusterReference(reference)).toBe(expected);
});

test("an image of one program starts it", () => {
  expect(imageDescription("docker.io/x/pause:1", "pause", "abc")).toMatchObject({
    "manifest.json": [{ Config: "config.json", RepoTags: ["docker.io/x/pause:1"], Layers: ["layer.tar"] }],
    "config.json": { config: { Entrypoint: ["/pause"] }, rootfs: { diff_ids: ["sha256:abc"] } },
  });
});

test("a reboot is over when what ran, and is to run always, runs anew", () => {
  const pod = (name: string, restartPolicy: string, state: object) => ({
    metadata: { namespace: "n", name },
    spec: { restartPolicy },
    status: { containerStatuses: [{ name: "c", containerID: `id-of-${name}`, state }] },
  });
  const items = [
    pod("server", "Always", { running: {} }),
    pod("crashing", "Always", { waiting: {} }),
    pod("job", "Never", { running: {} }),
    { metadata: { namespace: "n", name: "new" }, spec: { restartPolicy: "Always" }, status: {} },
  ];
  expect([...runningContainers(JSON.stringify({ items }))]).toEqual([["n/server/c", "id-of-server"]]);
});
