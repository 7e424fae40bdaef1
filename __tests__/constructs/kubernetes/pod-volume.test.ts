import { describe, expect, test } from "@jest/globals";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Size } from "../../../constructs/core/size";
import { PodVolume } from "../../../constructs/kubernetes/pod-volume";

const IMAGE = ContainerImage.of("thing:1");
const owner = { uid: 5, gid: 6 };

test.each<[string, PodVolume, object | undefined]>([
  ["an empty directory", PodVolume.emptyDir("a", Size.mebibytes(4)), { name: "a", emptyDir: { sizeLimit: "4Mi" } }],
  [
    "an empty directory, rounded up to a mebibyte",
    PodVolume.emptyDir("a", Size.bytes(1)),
    { name: "a", emptyDir: { sizeLimit: "1Mi" } },
  ],
  [
    "an empty directory in memory",
    PodVolume.emptyDir("a", Size.mebibytes(4), { inMemory: true }),
    { name: "a", emptyDir: { sizeLimit: "4Mi", medium: "Memory" } },
  ],
  ["a ConfigMap", PodVolume.configMap("b", "settings"), { name: "b", configMap: { name: "settings" } }],
  [
    "a Secret, for the pod's group",
    PodVolume.secret("c", "passwords"),
    { name: "c", secret: { secretName: "passwords", defaultMode: "0440" } },
  ],
  [
    "some keys of a Secret",
    PodVolume.secret("c", "passwords", ["one", "two"]),
    {
      name: "c",
      secret: {
        secretName: "passwords",
        defaultMode: "0440",
        items: [
          { key: "one", path: "one" },
          { key: "two", path: "two" },
        ],
      },
    },
  ],
  [
    "a directory of the node",
    PodVolume.nodeDirectory("d", "/var/log", { ownedBy: owner }),
    { name: "d", hostPath: { path: "/var/log", type: "DirectoryOrCreate" } },
  ],
  ["a claim, which its StatefulSet lists", PodVolume.claim("e"), undefined],
])("%s", (_, volume, expected) => {
  expect(volume.render()).toEqual(expected);
});

describe("what runs first", () => {
  test.each([
    PodVolume.emptyDir("a", Size.mebibytes(4)),
    PodVolume.configMap("b", "settings"),
    PodVolume.secret("c", "passwords"),
    PodVolume.nodeDirectory("d", "/var/log"),
    PodVolume.claim("e"),
  ])("nothing for $name", (volume) => {
    expect(volume.initContainer(IMAGE)).toBeUndefined();
  });

  test("a directory that is written is given to its user: by root, who may do nothing else and sees nothing else", () => {
    const init = PodVolume.nodeDirectory("d", "/var/log", { ownedBy: owner }).initContainer(IMAGE);
    expect(init).toEqual({
      name: "own-d",
      image: "thing:1",
      imagePullPolicy: "IfNotPresent",
      command: ["chown", "5:6", "/directory"],
      resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "16Mi" } },
      volumeMount: [{ name: "d", mountPath: "/directory", readOnly: false }],
      securityContext: {
        runAsNonRoot: false,
        runAsUser: "0",
        runAsGroup: "0",
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"], add: ["CHOWN"] },
      },
    });
  });
});
