import { exec, type ExecOptions } from "../lib/exec";

/** The classic builder sees images of the Engine, which a BuildKit instance in a container of its own does not. */
const CLASSIC_BUILDER = { DOCKER_BUILDKIT: "0" };

/** Tags of ours that the Engine has. */
export async function builtTags(): Promise<ReadonlySet<string>> {
  const format = "{{.Repository}}:{{.Tag}}";
  const { stdout } = await exec("docker", ["image", "ls", "--format", format, "--filter", "reference=log-pipeline/*"]);
  return new Set(stdout.split("\n").filter(Boolean));
}

export async function hasImage(reference: string): Promise<boolean> {
  const { exitCode } = await exec("docker", ["image", "inspect", "--format", "{{.Id}}", reference], {
    allowFailure: true,
  });
  return exitCode === 0;
}

export async function pullImage(reference: string, options: ExecOptions): Promise<void> {
  await exec("docker", ["pull", reference], options);
}

/** Makes an image of a root file system in a tar archive. */
export async function importImage(archive: string, tag: string, options: ExecOptions): Promise<void> {
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const changes = [`ENV PATH=${path}`, 'CMD ["bash"]'].flatMap((change) => ["--change", change]);
  await exec("docker", ["import", ...changes, archive, tag], options);
}

/** Builds a Dockerfile whose context is a folder; its base image is the build argument BASE. */
export async function buildImage(context: string, base: string, tag: string, options: ExecOptions): Promise<void> {
  await exec("docker", ["build", "--network", "none", "--build-arg", `BASE=${base}`, "--tag", tag, context], {
    ...options,
    env: CLASSIC_BUILDER,
  });
}

/** @returns false if the image is in use, or has gone */
export async function removeImage(tag: string): Promise<boolean> {
  return (await exec("docker", ["image", "rm", tag], { allowFailure: true })).exitCode === 0;
}

/** The processor architecture of the Engine, as Go names it. */
export async function engineArchitecture(): Promise<string> {
  return (await exec("docker", ["version", "--format", "{{.Server.Arch}}"])).stdout.trim();
}
