import { setTimeout as pause } from "node:timers/promises";
import type { DeadLetter } from "../../contract/dead-letter";
import { USER_KEYS } from "../../contract/credentials-settings";
import { searchTarget } from "../../contract/indexing";
import { LOG_DIRECTORY } from "../../contract/names";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { COMPONENT, ECK_TLS, PORT, READER_SECRET } from "../kubernetes/components";
import { Forwarding } from "../kubernetes/forwarding";
import { Kubectl, wordsOf } from "../kubernetes/kubectl";
import { type Container, isDone, isReady, type Pod, selectorOf } from "../kubernetes/pods";
import { UserError } from "../lib/user-error";
import { LogSearch, type SearchOptions } from "./elasticsearch";
import { LogDirectory } from "./log-directory";
import { deadLettersCommand, deadLettersSinceCommand, parseDeadLetters, type PipelineAccess } from "./pipeline-access";
import type { LogFile, WrittenLine } from "./written-lines";

/** The pipeline of an environment in a Kubernetes cluster, reached through the API server alone. */
export class KubernetesPipelineAccess implements PipelineAccess {
  readonly search: LogSearch;

  private constructor(
    readonly kubectl: Kubectl,
    private readonly environment: EnvironmentConfig,
    private readonly logDirectory: string,
    private readonly forwardings: Forwardings,
    search: SearchOptions,
  ) {
    const { port } = forwardings.elasticsearch;
    this.search = new LogSearch(
      `${search.tls ? "https" : "http"}://127.0.0.1:${port}`,
      searchTarget(environment.elasticsearch.indexing ?? "data-stream", environment.name),
      { ...search, patienceMs: PATIENCE_MS },
    );
  }

  /** @throws UserError if the environment does not run, or its cluster is not to be reached */
  static async open(environment: EnvironmentConfig, platform: KubernetesPlatform): Promise<KubernetesPipelineAccess> {
    const kubectl = await Kubectl.of(environment, platform);
    await requireRunning(environment, kubectl);
    const authorization = await readerAuthorization(kubectl);
    const tls = await elasticsearchTls(kubectl, environment, platform);
    const open = (component: Served) =>
      Forwarding.open(kubectl, {
        selector: selectorOf(environment.name, COMPONENT[component]),
        port: PORT[component],
        patienceMs: PATIENCE_MS,
      });
    const forwardings = {
      gateway: await open("gateway"),
      jaeger: await open("jaeger"),
      elasticsearch: await open("elasticsearch"),
    };
    return new KubernetesPipelineAccess(kubectl, environment, platform.nodeDirectories.logs, forwardings, {
      authorization,
      ...(tls ? { tls } : {}),
    });
  }

  get gatewayUrl(): string {
    return this.url("gateway");
  }

  get jaegerUrl(): string {
    return this.url("jaeger");
  }

  /** Where a component is reached from here. */
  url(component: Served): string {
    return `http://127.0.0.1:${this.forwardings[component].port}`;
  }

  async logFiles(): Promise<LogFile[]> {
    return (await Promise.all((await this.hosts()).map((host) => this.directoryOf(host).files()))).flat();
  }

  async linesSince(before: readonly LogFile[]): Promise<WrittenLine[]> {
    return (await Promise.all((await this.hosts()).map((host) => this.directoryOf(host).linesSince(before)))).flat();
  }

  async unready(): Promise<string[]> {
    return unreadyWatchers(await this.patiently(() => this.pods()), this.logDirectory);
  }

  async appendLog(file: string, content: Buffer): Promise<void> {
    const [host] = await this.hosts();
    if (!host) throw new UserError("no pod sees the log directory");
    await this.directoryOf(host).append(file, content);
  }

  async deadLettersSince(time: Date): Promise<DeadLetter[]> {
    const command = deadLettersCommand(deadLettersSinceCommand(time));
    const output = await this.patiently(async () => {
      const { pod, container } = await this.consumer();
      return (await this.kubectl.exec(pod, container, command, { timeoutMs: READ_MS })).stdout;
    });
    return parseDeadLetters(output);
  }

  async *deadLetters(args: readonly string[]): AsyncGenerator<string> {
    const { pod, container } = await this.consumer();
    yield* this.kubectl.execLines(pod, container, deadLettersCommand(args));
  }

  async close(): Promise<void> {
    await this.search.close();
    for (const forwarding of Object.values(this.forwardings)) forwarding.close();
  }

  /** The nodes on which log files are written. */
  private async hosts(): Promise<string[]> {
    return this.patiently(async () => {
      const found = logHosts(await this.pods(), this.logDirectory);
      if (found.length === 0) throw new UserError(`no pod sees ${LOG_DIRECTORY}`);
      return found;
    });
  }

  private directoryOf(host: string): LogDirectory {
    return new LogDirectory(host, async (script, input) => {
      if (input) {
        // Once: what was added in part must not be added again.
        const writer = (await this.watchersOf(host)).find(({ writes }) => writes);
        if (!writer) throw new UserError(`no pod on node '${host}' may write to ${LOG_DIRECTORY}`);
        return this.inShell(writer, script, input);
      }
      return this.patiently(async () => {
        let problem: unknown = new UserError(`no pod on node '${host}' that sees ${LOG_DIRECTORY} is ready`);
        // Any of them will do: pods come and go.
        for (const watcher of await this.watchersOf(host)) {
          try {
            return await this.inShell(watcher, script);
          } catch (error) {
            problem = error;
          }
        }
        throw problem;
      });
    });
  }

  private async watchersOf(host: string): Promise<LogWatcher[]> {
    return logWatchers(await this.pods(), this.logDirectory).filter((one) => one.host === host);
  }

  private async inShell({ pod, container }: LogWatcher, script: string, input?: Buffer): Promise<Buffer> {
    const options = { timeoutMs: READ_MS, ...(input ? { input } : {}) };
    return (await this.kubectl.exec(pod, container, ["sh", "-c", script], options)).stdoutBytes;
  }

  private pods(): Promise<readonly Pod[]> {
    return this.kubectl.list<Pod>("pods", selectorOf(this.environment.name));
  }

  private async consumer(): Promise<{ readonly pod: string; readonly container: string }> {
    const pods = await this.kubectl.list<Pod>("pods", selectorOf(this.environment.name, COMPONENT.consumer));
    const [pod, container] = pods.flatMap((one) =>
      isReady(one) ? [one.metadata.name, one.spec.containers[0]?.name] : [],
    );
    if (!pod || !container)
      throw new UserError(`no pod of '${COMPONENT.consumer}' is ready: its program reads the dead letters`);
    return { pod, container };
  }

  /** Repeats what a pod that goes away has interrupted. */
  private async patiently<T>(run: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await run();
      } catch (error) {
        if (Date.now() >= deadline) throw error;
        await pause(RETRY_MS);
      }
    }
  }
}

/** A container that sees the log directory of its node. */
export interface LogWatcher {
  /** The node, which documents name as their host. */
  readonly host: string;
  readonly pod: string;
  readonly container: string;
  readonly writes: boolean;
}

/** The nodes on which log files are written, whether somebody there can be asked for them or not. */
export function logHosts(pods: readonly Pod[], directory: string): string[] {
  const hosts = pods.flatMap((pod) => (seesDirectory(pod, directory) && pod.spec.nodeName ? [pod.spec.nodeName] : []));
  return [...new Set(hosts)].sort();
}

/** Pods that write or ship log files and are not ready, in words. */
export function unreadyWatchers(pods: readonly Pod[], directory: string): string[] {
  return pods
    .filter((pod) => seesDirectory(pod, directory) && !isReady(pod))
    .map(
      ({ metadata: { name }, spec: { nodeName } }) =>
        `pod ${name} is not ready ${nodeName ? `on node ${nodeName}` : "and on no node"}, so lines there may not be shipped: 'kubectl describe pod ${name}' tells why`,
    );
}

/** One that is being deleted, or has ended, is replaced by another. */
function seesDirectory(pod: Pod, directory: string): boolean {
  return (
    !pod.metadata.deletionTimestamp &&
    !isDone(pod) &&
    pod.status.phase !== "Failed" &&
    pod.spec.volumes?.some(({ hostPath }) => hostPath?.path === directory) === true
  );
}

/** Every container that can be asked for the log files of its node, by what is mounted into it. */
export function logWatchers(pods: readonly Pod[], directory: string): LogWatcher[] {
  return pods.filter(isReady).flatMap(({ metadata, spec }) => {
    const volume = spec.volumes?.find(({ hostPath }) => hostPath?.path === directory)?.name;
    const mountOf = ({ volumeMounts }: Container) =>
      volumeMounts?.find(({ name, mountPath }) => name === volume && mountPath === LOG_DIRECTORY);
    const container = volume && spec.containers.find(mountOf);
    if (!container || !spec.nodeName) return [];
    const writes = mountOf(container)?.readOnly !== true;
    return [{ host: spec.nodeName, pod: metadata.name, container: container.name, writes }];
  });
}

async function requireRunning({ name }: EnvironmentConfig, kubectl: Kubectl): Promise<void> {
  const pods = await kubectl.list<Pod>("pods", selectorOf(name)).catch((error: unknown) => {
    throw new UserError(`the cluster of environment '${name}' does not answer: ${wordsOf(error)}`);
  });
  if (pods.length > 0) return;
  throw new UserError(
    `environment '${name}' does not run: start it with 'npm run deploy -- ${name}', or 'npm run --silent manifests -- ${name} | kubectl apply --server-side -f -'`,
  );
}

/** How the Elasticsearch of an environment proves who it is; undefined if it does not. */
async function elasticsearchTls(
  kubectl: Kubectl,
  { name }: EnvironmentConfig,
  { elasticsearch, namespace }: KubernetesPlatform,
): Promise<SearchOptions["tls"]> {
  switch (elasticsearch?.kind) {
    case undefined:
      return undefined;
    case "imported":
      throw new UserError(
        `environment '${name}' uses an Elasticsearch that somebody else runs, at ${elasticsearch.urls.join(", ")}, which cannot be reached through its cluster: search there`,
      );
    case "eck": {
      const ca = (await secretValues(kubectl, ECK_TLS.secret))(ECK_TLS.key);
      if (ca) return { ca, serverName: ECK_TLS.serverName(namespace.name) };
      throw new UserError(
        `Secret '${ECK_TLS.secret}' has no authority of Elasticsearch: ECK makes it, and 'kubectl describe elasticsearch elasticsearch' tells why it has not`,
      );
    }
  }
}

/** The texts of a Secret by their keys; empty for what it does not have. */
async function secretValues(kubectl: Kubectl, name: string): Promise<(key: string) => string> {
  const secret = await kubectl.get<{ readonly data?: Readonly<Record<string, string>> }>("secret", name);
  return (key) => Buffer.from(secret?.data?.[key] ?? "", "base64").toString();
}

/** As the user who may search. Nothing prints it. */
async function readerAuthorization(kubectl: Kubectl): Promise<string> {
  const value = await secretValues(kubectl, READER_SECRET);
  const [username, password] = [value(USER_KEYS.username), value(USER_KEYS.password)];
  if (!username || !password) {
    throw new UserError(
      `Secret '${READER_SECRET}' has no user who may search: the Job 'credentials' makes it, and its logs tell why it has not`,
    );
  }
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

type Served = keyof typeof PORT;
type Forwardings = Readonly<Record<Served, Forwarding>>;

/** A pod that was deleted is back by then: Elasticsearch takes longest. */
const PATIENCE_MS = 180_000;
const RETRY_MS = 500;
/** Of one program in a pod; one on a node that went away would never end. */
const READ_MS = 60_000;
