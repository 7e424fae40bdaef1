import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { DockerSite } from "../../constructs/docker/site";
import { required, unescaped } from "./synthesized";

/** A container as it stands in the synthesized JSON. */
export interface ContainerJson {
  readonly name: string;
  readonly hostname: string;
  readonly image: string;
  readonly env: readonly string[];
  readonly labels: readonly { readonly label: string; readonly value: string }[];
  readonly networks_advanced: readonly { readonly name: string; readonly aliases: readonly string[] }[];
  readonly capabilities: { readonly drop: readonly string[] };
  readonly security_opts: readonly string[];
  readonly read_only: boolean;
  readonly memory: number;
  readonly memory_swap: number;
  readonly log_driver: string;
  readonly log_opts: Readonly<Record<string, string>>;
  readonly restart: string;
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly ports?: readonly { readonly ip: string; readonly internal: number; readonly external: number }[];
  readonly volumes?: readonly {
    readonly volume_name?: string;
    readonly container_path: string;
    readonly read_only: boolean;
  }[];
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[]; readonly interval: string; readonly start_period: string };
  readonly destroy_grace_seconds?: number;
  readonly stop_timeout?: number;
  readonly must_run?: boolean;
}

type Resources = Readonly<Record<string, Readonly<Record<string, { readonly name: string }>> | undefined>>;

/** Reads a synthesized stack, with references between its resources followed. */
export class DockerJson {
  readonly containers: ReadonlyMap<string, ContainerJson>;
  private readonly resources: Resources;

  constructor(readonly json: string) {
    this.resources = (JSON.parse(json) as { resource: Resources }).resource;
    this.containers = new Map(
      Object.values(this.resources["docker_container"] ?? {}).map((one) => {
        const container = one as ContainerJson;
        return [container.hostname, container];
      }),
    );
  }

  container(hostname: string): ContainerJson {
    return required(this.containers.get(hostname), `container ${hostname}`);
  }

  env(hostname: string): Record<string, string> {
    return Object.fromEntries(
      this.container(hostname).env.map((entry) => {
        const at = entry.indexOf("=");
        return [entry.slice(0, at), unescaped(entry.slice(at + 1))];
      }),
    );
  }

  /** Files that a container writes before its program starts, by path. */
  files(hostname: string): Record<string, string> {
    const script = this.container(hostname).entrypoint?.[2] ?? "";
    const env = this.env(hostname);
    return Object.fromEntries(
      [...script.matchAll(/printf %s "\$(\w+)" > '([^']+)'/g)].map(([, variable = "", path]) => [
        path,
        env[variable] ?? "",
      ]),
    );
  }

  /** The containers that one waits for, by their host names. */
  dependencies(hostname: string): string[] {
    const names = (this.container(hostname).depends_on ?? []).map((reference) => {
      const [type = "", id = ""] = reference.split(".");
      return (required(this.resources[type]?.[id], reference) as ContainerJson).hostname;
    });
    return [...new Set(names)].sort();
  }

  /** The name of the volume, image or network that an expression refers to; it must exist. */
  nameOf(expression: string): string {
    const [, type = "", id = ""] = required(/^\$\{(docker_\w+)\.([^.]+)\.\w+\}$/.exec(expression), expression);
    return required(this.resources[type]?.[id], expression).name;
  }
}

/** A stack, and on it a site that is called `site`. */
export function stackWithSite(): { readonly stack: TerraformStack; readonly site: DockerSite } {
  // One directory for all: an app makes its own and never removes it.
  const stack = new TerraformStack(Testing.app({ outdir: join(tmpdir(), "log-pipeline-tests") }), "stack");
  new DockerProvider(stack, "docker");
  return { stack, site: new DockerSite(stack, "Site", { environment: "test", prefix: "site" }) };
}

/** Synthesizes, with validation, what `build` puts on a site. */
export function synthOnSite(build: (stack: TerraformStack, site: DockerSite) => void): DockerJson {
  const { stack, site } = stackWithSite();
  build(stack, site);
  return new DockerJson(Testing.synth(stack, true));
}
