import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ClusterConnection, EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { exec, ExecError, type ExecOptions, type ExecResult, hasProgram } from "../lib/exec";
import { execLines } from "../lib/exec-lines";
import { UserError } from "../lib/user-error";
import { connectionEnvironment, connectionFlags, kubeconfigFile, requireConnection } from "./connection";

/**
 * kubectl, held to the cluster and namespace of one environment. A program rather than a client library: it is what people
 * of a cluster have, with every way to log in that they use, and the library weighs more than all else here.
 */
export class Kubectl {
  private readonly flags: readonly string[];

  private constructor(
    private readonly program: string,
    private readonly cluster: ClusterConnection,
    readonly namespace: string,
  ) {
    this.flags = [...connectionFlags(cluster), "--namespace", namespace];
  }

  /** @throws UserError if there is no kubectl, or the cluster is not where the environment's facts say */
  static async of(environment: EnvironmentConfig, platform: KubernetesPlatform): Promise<Kubectl> {
    requireConnection(environment.name, platform);
    return new Kubectl(await programFor(platform.cluster), platform.cluster, platform.namespace.name);
  }

  /** The same cluster, as seen from another namespace. */
  inNamespace(namespace: string): Kubectl {
    return new Kubectl(this.program, this.cluster, namespace);
  }

  run(args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const env = { ...connectionEnvironment(this.cluster), ...options.env };
    return exec(this.program, [...this.flags, ...args], { ...options, env });
  }

  /** Objects of a kind, those of a selector if one is named. */
  async list<T>(kind: string, selector?: string): Promise<readonly T[]> {
    const args = ["get", kind, "--output=json", REQUEST_TIMEOUT, ...(selector ? ["--selector", selector] : [])];
    return (JSON.parse((await this.run(args)).stdout) as { items: readonly T[] }).items;
  }

  /** One object; undefined if there is none of the name. */
  async get<T>(kind: string, name: string): Promise<T | undefined> {
    const { stdout } = await this.run(["get", kind, name, "--output=json", "--ignore-not-found", REQUEST_TIMEOUT]);
    return stdout.trim() === "" ? undefined : (JSON.parse(stdout) as T);
  }

  /** Runs a program in a container of a pod. */
  exec(pod: string, container: string, command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const input = options.input === undefined ? [] : ["--stdin"];
    return this.run(["exec", pod, "--container", container, ...input, "--", ...command], options);
  }

  /** The lines that a program in a container prints, as fast as they are taken. */
  execLines(pod: string, container: string, command: readonly string[]): AsyncIterable<string> {
    const args = [...this.flags, "exec", pod, "--container", container, "--", ...command];
    return execLines(this.program, args, connectionEnvironment(this.cluster));
  }
}

/** An API server that does not answer is told in time; kubectl itself would wait forever. */
const REQUEST_TIMEOUT = "--request-timeout=20s";

/** kubectl's own words, without the command that it was asked with. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof ExecError)) return (error as Error).message;
  return error.result.stderr.trim() || error.result.stdout.trim() || `exit code ${error.result.exitCode}`;
}

/** The one that `cluster:up` puts beside its kubeconfig, of the cluster's own version; else the PATH's. */
async function programFor(cluster: ClusterConnection): Promise<string> {
  if (cluster !== "in-cluster") {
    const beside = join(dirname(kubeconfigFile(cluster.kubeconfig)), "kubectl");
    if (existsSync(beside)) return beside;
  }
  if (await hasProgram("kubectl")) return "kubectl";
  throw new UserError("a cluster is reached with kubectl, which is not on the PATH: install it, and repeat");
}
