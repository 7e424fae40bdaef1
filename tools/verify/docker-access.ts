import type { DeadLetter } from "../../contract/dead-letter";
import { searchTarget } from "../../contract/indexing";
import type { DockerPlatform, EnvironmentConfig } from "../../environments/environment";
import { exec, hasProgram } from "../lib/exec";
import { execLines } from "../lib/exec-lines";
import { UserError } from "../lib/user-error";
import { LogSearch } from "./elasticsearch";
import { LogDirectory } from "./log-directory";
import { deadLettersCommand, deadLettersSinceCommand, parseDeadLetters, type PipelineAccess } from "./pipeline-access";
import type { LogFile, WrittenLine } from "./written-lines";

/** The pipeline of an environment on this machine's Docker Engine. */
export class DockerPipelineAccess implements PipelineAccess {
  readonly gatewayUrl: string;
  readonly jaegerUrl: string;
  readonly search: LogSearch;
  private readonly logs: LogDirectory;

  constructor(
    private readonly environment: EnvironmentConfig,
    platform: DockerPlatform,
  ) {
    const { ports } = platform;
    this.gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
    this.jaegerUrl = `http://127.0.0.1:${ports.jaeger}`;
    this.search = new LogSearch(
      `http://127.0.0.1:${ports.elasticsearch}`,
      searchTarget(environment.elasticsearch.indexing ?? "data-stream", environment.name),
    );
    // Filebeat tells the environment's name for the host's: a container's own changes with the container.
    this.logs = new LogDirectory(environment.name, async (script, input) => {
      const command = ["exec", ...(input ? ["-i"] : []), this.container("gateway"), "sh", "-c", script];
      return (await exec("docker", command, input ? { input } : {})).stdoutBytes;
    });
  }

  container(component: string): string {
    return `log-pipeline-${this.environment.name}-${component}`;
  }

  /** @throws UserError if the environment does not run */
  async requireRunning(): Promise<void> {
    if (!(await this.isRunning())) {
      throw new UserError(`environment '${this.environment.name}' does not run: start it with 'npm run up'`);
    }
  }

  private async isRunning(): Promise<boolean> {
    if (!(await hasProgram("docker"))) return false;
    const inspect = ["inspect", "--format", "{{.State.Running}}", this.container("gateway")];
    return (await exec("docker", inspect, { allowFailure: true })).stdout.trim() === "true";
  }

  logFiles(): Promise<LogFile[]> {
    return this.logs.files();
  }

  linesSince(before: readonly LogFile[]): Promise<WrittenLine[]> {
    return this.logs.linesSince(before);
  }

  unready(): Promise<string[]> {
    // One machine: a shipper that does not ship is one whose lines are lost.
    return Promise.resolve([]);
  }

  appendLog(file: string, content: Buffer): Promise<void> {
    return this.logs.append(file, content);
  }

  async deadLettersSince(time: Date): Promise<DeadLetter[]> {
    return parseDeadLetters((await exec("docker", this.deadLettersIn(deadLettersSinceCommand(time)))).stdout);
  }

  deadLetters(args: readonly string[]): AsyncIterable<string> {
    return execLines("docker", this.deadLettersIn(args));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private deadLettersIn(args: readonly string[]): string[] {
    return ["exec", this.container("consumer"), ...deadLettersCommand(args)];
  }
}
