import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { exec } from "../lib/exec";
import { hostArchitecture } from "../images/workshop";
import type { Say } from "../lib/steps";
import { CONTAINERD_SOCKET, RUN } from "./layout";

/** The kubelet sees the images of this namespace only. */
const CTR = ["--address", CONTAINERD_SOCKET, "--namespace", "k8s.io"];

/** The name that a reference of Docker's has in a cluster, where no registry goes without saying. */
export function clusterReference(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  if (rest.length === 0) return `docker.io/library/${reference}`;
  return /[.:]|^localhost$/.test(first) ? reference : `docker.io/${reference}`;
}

/** Those of these references that the cluster does not have. */
export async function missingInCluster(references: readonly string[]): Promise<string[]> {
  const { stdout } = await exec("ctr", [...CTR, "images", "list", "--quiet"]);
  const present = new Set(stdout.split("\n"));
  return references.filter((reference) => !present.has(clusterReference(reference)));
}

/** Copies images of the Docker Engine into the cluster, those that it has already left out. */
export async function loadImages(
  references: readonly string[],
  say: Say = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  const missing = await missingInCluster(references);
  if (missing.length === 0) return;
  say(`copying ${missing.join(", ")}`);
  // All at once: layers that they share are copied once.
  const copy = `set -o pipefail; docker save "$@" | ctr ${CTR.join(" ")} images import -`;
  await exec("bash", ["-c", copy, "bash", ...missing], { onLine: say, ...(signal ? { signal } : {}) });
}

/** Makes an image of one program that needs no other file, without a Docker Engine, and loads it. */
export async function loadProgram(reference: string, program: string): Promise<void> {
  if ((await missingInCluster([reference])).length === 0) return;
  mkdirSync(RUN, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(RUN, "image-"));
  try {
    const name = basename(program);
    copyFileSync(program, join(folder, name));
    const options = ["--owner=0", "--group=0", "--numeric-owner", "--mode=0755", "--mtime=@0"];
    await exec("tar", [...options, "-cf", join(folder, "layer.tar"), "-C", folder, name]);
    const layer = createHash("sha256")
      .update(readFileSync(join(folder, "layer.tar")))
      .digest("hex");
    for (const [file, content] of Object.entries(imageDescription(reference, name, layer))) {
      writeFileSync(join(folder, file), JSON.stringify(content));
    }
    const archive = join(folder, "image.tar");
    await exec("tar", ["-cf", archive, "-C", folder, "manifest.json", "config.json", "layer.tar"]);
    await exec("ctr", [...CTR, "images", "import", archive]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The two files of an archive that say what an image is, as `docker save` writes them. */
export function imageDescription(reference: string, program: string, layerSha256: string): Record<string, unknown> {
  return {
    "manifest.json": [{ Config: "config.json", RepoTags: [reference], Layers: ["layer.tar"] }],
    "config.json": {
      architecture: hostArchitecture(),
      os: "linux",
      config: { Entrypoint: [`/${program}`] },
      rootfs: { type: "layers", diff_ids: [`sha256:${layerSha256}`] },
    },
  };
}
