import { existsSync } from "node:fs";
import type { ListrTask } from "listr2";
import { type ImageSource, imageReferences } from "../../images/catalog";
import { ensureHostPackages } from "../commands/up";
import { ensurePackages } from "../host/debian";
import { ensureDockerEngine } from "../host/docker-engine";
import { chooseSource } from "../host/source";
import { imageTasks, missingImages } from "../images/build";
import { writeImageSource } from "../lib/local-settings";
import { ROOT } from "../lib/paths";
import { announce, runSteps, type Say } from "../lib/steps";
import { loadImages, missingInCluster } from "./containerd";
import { CONTEXT, KUBECONFIG, PATHS } from "./layout";
import { withMachineLock } from "./machine-lock";
import { missingClusterPackages, preflight, requireDebianRoot } from "./preflight";
import { isRunning } from "./processes";
import { CLUSTER_RECIPES, clusterWorkshop, kubectlProgram, missingPrograms } from "./programs";
import { startContainerd, startKubernetes } from "./start";

export interface ClusterUpOptions {
  /** auto, registry or packages. */
  readonly source: string;
  /** Whether the pipeline's images are made and copied into the cluster. */
  readonly images: boolean;
  readonly cacheDirectory: string;
  /** The user's environment: proxies, certificates. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** From nothing to a cluster that has the pipeline's images. Mends one that is there; safe to repeat and to interrupt. */
export async function clusterUp(options: ClusterUpOptions): Promise<void> {
  await requireDebianRoot();
  await withMachineLock(() => up(options));
  console.log(`The cluster is up. Its kubeconfig is ${KUBECONFIG}, with the context '${CONTEXT}'.
kubectl of its version: ${kubectlProgram(options.cacheDirectory)}
NetworkPolicies are stored as in any cluster, but nothing enforces them: the bridge between the pods lets everything through.`);
}

async function up(options: ClusterUpOptions): Promise<void> {
  let source: ImageSource = "packages";
  let references: readonly string[] = [];
  await runSteps([
    {
      title: "This machine",
      run: async (say) => {
        await ensurePackages(await missingClusterPackages(), "a cluster is run with", announce(say));
        await preflight();
        announce(say)("no other kubelet, and ports, address ranges, memory and disk suffice");
      },
    },
    {
      title: "Programs and images",
      run: async (say) => {
        const recipes = missingPrograms(CLUSTER_RECIPES, options.cacheDirectory);
        // Programs are built in an image as well.
        if (options.images || recipes.length > 0) {
          const chosen = await chooseSource(options.source);
          source = chosen.source;
          announce(say)(`images from ${source}: ${chosen.reason}`);
        }
        if (options.images) references = Object.values(imageReferences(source, ROOT));
        // After a reboot it has them all, and nothing has to be built or copied.
        if (existsSync(PATHS.containerd)) await startContainerd(options, announce(say));
        const absent = isRunning("containerd") ? await missingInCluster(references) : references;
        return buildTasks({ source, recipes, images: absent }, options, announce(say));
      },
    },
    {
      title: "Cluster",
      run: async (say) => {
        options.signal.throwIfAborted();
        await startContainerd(options, announce(say));
        return startTasks(references, options);
      },
    },
  ]);
  if (options.images) writeImageSource(source);
}

/** What a cluster needs and does not have. */
interface Absent {
  readonly source: ImageSource;
  readonly recipes: readonly (typeof CLUSTER_RECIPES)[number][];
  readonly images: readonly string[];
}

/** What has to be built, and only then the Docker Engine that it is built with. */
async function buildTasks(
  { source, recipes, images }: Absent,
  { cacheDirectory, env, signal }: ClusterUpOptions,
  say: Say,
): Promise<ListrTask[]> {
  const workshop = clusterWorkshop({ source, cacheDir: cacheDirectory, env, signal, everyLine: process.stdout.isTTY });
  if (recipes.length === 0 && images.length === 0) {
    say("everything is there");
    return [];
  }
  const engine = await ensureDockerEngine(cacheDirectory, say);
  say(`Docker Engine ${engine.version}`);
  const building =
    recipes.length > 0 || (images.length > 0 && (await missingImages({ source, root: ROOT })).length > 0);
  if (source === "packages" && building) await ensureHostPackages(say);
  const programs: ListrTask[] = recipes.map((recipe) => ({
    title: recipe,
    task: async (_, task) => void (await workshop.program(recipe, (line) => void (task.output = line))),
  }));
  // The longest first.
  return [...programs, ...(images.length > 0 ? imageTasks(workshop) : [])];
}

/** Copying images takes the disk, starting Kubernetes takes patience: they go together. */
function startTasks(references: readonly string[], options: ClusterUpOptions): ListrTask[] {
  const say = (task: { output: unknown }) => (line: string) => void (task.output = line);
  const kubernetes: ListrTask = {
    title: "Kubernetes",
    task: (_, task) => startKubernetes(options, say(task)),
  };
  const images: ListrTask = {
    title: "images of the pipeline",
    task: (_, task) => loadImages(references, say(task), options.signal),
  };
  return references.length > 0 ? [kubernetes, images] : [kubernetes];
}
