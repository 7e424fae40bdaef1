import { join } from "node:path";
import type { ImageSource } from "../../images/catalog";
import { ensureDockerEngine } from "../host/docker-engine";
import { chooseSource } from "../host/source";
import { Workshop } from "../images/build";
import { type Publication, pushImage, requireRegistry, resolveImages, unpublished } from "../images/push";
import { registryDigest } from "../images/registry";
import { LOCAL_DIR, ROOT } from "../lib/paths";
import { announce, runSteps } from "../lib/steps";
import { ensureHostPackages, prepare, type UpOptions } from "./up";

export interface ImagesOptions {
  /** A registry that is to have the images of ours. @default they stay on this machine */
  readonly push?: string;
  /** A registry that has them. */
  readonly resolve?: string;
}

/** Builds or pulls what this machine needs; or sees to what a registry needs, and records the digests that it has. */
export async function runImages(options: UpOptions, { push, resolve }: ImagesOptions): Promise<void> {
  const registry = push ?? resolve;
  if (registry === undefined) {
    await prepare(options);
    return;
  }
  requireRegistry(registry);
  const ask = (reference: string) => registryDigest(reference, options.env["DOCKER_CONFIG"]);
  const { source } = await chooseSource(options.source);
  if (push !== undefined) await publish(await unpublished(source, push, ask), source, options);
  await resolveImages(source, registry, ask);
}

/** A runner that is new has no image: what the registry has under the same content is not built again. */
async function publish(missing: readonly Publication[], source: ImageSource, options: UpOptions): Promise<void> {
  if (missing.length === 0) {
    console.log("The registry has all images of ours.");
    return;
  }
  const { cacheDirectory, env, signal } = options;
  const workshop = new Workshop({
    ...{ source, root: ROOT, cacheDir: cacheDirectory, logDir: join(LOCAL_DIR, "logs"), env, signal },
    everyLine: process.stdout.isTTY,
  });
  await runSteps([
    {
      title: "Docker Engine",
      run: async (say) => {
        await ensureDockerEngine(cacheDirectory, announce(say));
        if (source === "packages") await ensureHostPackages(announce(say));
      },
    },
    ...missing.map((publication) => ({
      title: `Build and push ${publication.target}`,
      run: async (say: (line: string) => void) => {
        await workshop.image(publication.name, say);
        await pushImage(publication, say);
      },
    })),
  ]);
}
