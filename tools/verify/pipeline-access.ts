import type { DockerPlatform, EnvironmentConfig } from "../../environments/environment";
import type { DeadLetter } from "../../contract/dead-letter";
import { dataStreamName, LOG_DIRECTORY } from "../../contract/names";
import { exec } from "../lib/exec";
import { UserError } from "../lib/user-error";
import { LogSearch } from "./elasticsearch";
import { type LogFile, splitLines, type WrittenLine } from "./written-lines";

/** How a check reaches a running pipeline, wherever that runs. */
export interface PipelineAccess {
  readonly gatewayUrl: string;
  readonly jaegerUrl: string;
  readonly search: LogSearch;
  logFiles(): Promise<LogFile[]>;
  /** The complete lines of every log file beyond what `before` lists. */
  linesSince(before: readonly LogFile[]): Promise<WrittenLine[]>;
  /** Adds to a file of the log directory, as a service would. */
  appendLog(file: string, content: Buffer): Promise<void>;
  deadLettersSince(time: Date): Promise<DeadLetter[]>;
}

/** The pipeline of an environment on this machine's Docker Engine. */
export class DockerPipelineAccess implements PipelineAccess {
  readonly gatewayUrl: string;
  readonly jaegerUrl: string;
  readonly search: LogSearch;

  constructor(
    private readonly environment: EnvironmentConfig,
    platform: DockerPlatform,
  ) {
    const { ports } = platform;
    this.gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
    this.jaegerUrl = `http://127.0.0.1:${ports.jaeger}`;
    this.search = new LogSearch(`http://127.0.0.1:${ports.elasticsearch}`, dataStreamName(environment.name));
  }

  container(component: string): string {
    return `log-pipeline-${this.environment.name}-${component}`;
  }

  /** @throws UserError if the environment does not run */
  async requireRunning(): Promise<void> {
    const result = await exec("docker", ["inspect", "--format", "{{.State.Running}}", this.container("gateway")], {
      allowFailure: true,
    });
    if (result.stdout.trim() !== "true") {
      throw new UserError(`environment '${this.environment.name}' does not run: start it with 'npm run up'`);
    }
  }

  async logFiles(): Promise<LogFile[]> {
    const listing = await this.inGateway(`stat -c '%i %s %n' ${LOG_DIRECTORY}/*.log 2>/dev/null || true`);
    return listing
      .toString()
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [inode = "", size = "0", ...path] = line.split(" ");
        return { inode, size: Number(size), path: path.join(" ") };
      });
  }

  async linesSince(before: readonly LogFile[]): Promise<WrittenLine[]> {
    const start = new Map(before.map((file) => [file.inode, file.size]));
    const lines: WrittenLine[] = [];
    for (const file of await this.logFiles()) {
      const from = start.get(file.inode) ?? 0;
      if (file.size <= from) continue;
      const content = await this.inGateway(`tail -c +${from + 1} '${file.path}'`);
      // In pieces: a file can have more lines than a call takes arguments.
      for (const line of splitLines(file.path, from, content)) lines.push(line);
    }
    return lines;
  }

  async appendLog(file: string, content: Buffer): Promise<void> {
    await exec("docker", ["exec", "-i", this.container("gateway"), "sh", "-c", `cat >> ${LOG_DIRECTORY}/${file}`], {
      input: content,
    });
  }

  async deadLettersSince(time: Date): Promise<DeadLetter[]> {
    const { stdout } = await exec("docker", [
      ...["exec", this.container("consumer"), "node", "/app/main.js"],
      ...["dead-letters", "--since", time.toISOString()],
    ]);
    return stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as DeadLetter);
  }

  private async inGateway(script: string): Promise<Buffer> {
    return (await exec("docker", ["exec", this.container("gateway"), "sh", "-c", script])).stdoutBytes;
  }
}
