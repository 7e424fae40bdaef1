import {
  Container,
  type ContainerConfig,
  type ContainerHealthcheck,
  type ContainerVolumes,
} from "@cdktf/provider-docker/lib/container";
import { Image } from "@cdktf/provider-docker/lib/image";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import { literal } from "../core/literal";
import type { Size } from "../core/size";
import { ConfigurationError } from "../core/validation";
import type { DockerSite } from "./site";

/** A port of a container, published on the machine's loopback address only. */
export interface PublishedPort {
  readonly container: number;
  readonly host: number;
}

export interface VolumeMount {
  /** Its name. @default an anonymous volume: filled from the image when the container is made, and gone with it */
  readonly volume?: string;
  readonly path: string;
  /** @default false */
  readonly readOnly?: boolean;
}

export interface HealthCheck {
  /** Program and arguments, or one line for the image's shell. Exit code 0 means ready, not merely running. */
  readonly command: readonly string[] | string;
  /** @default 3 s */
  readonly interval?: Duration;
  /** @default 5 s */
  readonly timeout?: Duration;
  /** How long failures do not count after a start. @default 60 s */
  readonly startPeriod?: Duration;
}

export interface HardenedContainerProps {
  /** The container's name on the site's network, and the end of its name on the machine. */
  readonly name: string;
  readonly image: ContainerImage;
  /** uid[:gid]. @default the image's own, which must not be root */
  readonly user?: string;
  /** The program. @default the image's own */
  readonly entrypoint?: readonly string[];
  /** The program's arguments. @default the image's own */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly memory: Size;
  readonly ports?: readonly PublishedPort[];
  readonly mounts?: readonly VolumeMount[];
  /**
   * Files in memory, by their path below a `tmpfs`, written by the image's shell before the program starts. The provider's
   * own upload cannot write into a container whose root filesystem is read-only. Needs `entrypoint`.
   */
  readonly files?: Readonly<Record<string, string>>;
  /** Directories in memory, with their options. @default /tmp */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /** @default true */
  readonly readOnlyRootFilesystem?: boolean;
  /** The deploy waits for it. @default none: running is enough */
  readonly healthCheck?: HealthCheck;
  /** From SIGTERM to SIGKILL. @default 10 s */
  readonly gracePeriod?: Duration;
  /** Runs once to its end, which the deploy waits for, and is not started again. @default false */
  readonly oneShot?: boolean;
  /** Extra labels. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * A container with the project's defaults: no privilege to gain, no capability, a read-only root filesystem, a memory
 * limit without swap, bounded logs, ports on loopback only, restarted unless stopped by hand.
 */
export class HardenedContainer extends Construct {
  /** What another resource waits for when it needs this one ready. */
  readonly ready: ITerraformDependable;
  /** The name under which other containers of the site reach it. */
  readonly hostname: string;

  constructor(scope: Construct, id: string, site: DockerSite, props: HardenedContainerProps) {
    super(scope, id);
    const image = new Image(this, "Image", { name: props.image.reference, keepLocally: true });
    this.hostname = props.name;
    this.ready = new Container(this, "Resource", {
      name: site.nameOf(props.name),
      image: image.imageId,
      hostname: props.name,
      networksAdvanced: [{ name: site.networkName, aliases: [props.name] }],
      env: Object.entries({ ...props.env, ...fileVariables(props) }).map(([name, value]) => `${name}=${value}`),
      labels: Object.entries(site.labels(props.name, props.labels)).map(([label, value]) => ({ label, value })),
      ...hardening(props),
      ...lifecycle(props),
      ...(props.user ? { user: props.user } : {}),
      ...startCommand(props),
      ...(props.dependsOn?.length ? { dependsOn: [...props.dependsOn] } : {}),
      ...(props.ports?.length ? { ports: props.ports.map(publish) } : {}),
      ...(props.mounts?.length ? { volumes: props.mounts.map(mount) } : {}),
    });
  }
}

function hardening(props: HardenedContainerProps): Partial<ContainerConfig> {
  return {
    securityOpts: ["no-new-privileges:true"],
    capabilities: { drop: ["ALL"] },
    readOnly: props.readOnlyRootFilesystem ?? true,
    tmpfs: { ...(props.tmpfs ?? { "/tmp": "rw,nosuid,nodev,size=64m" }) },
    memory: props.memory.toMebibytes(),
    // The same as `memory`: no swap, so that a limit that is too small shows at once.
    memorySwap: props.memory.toMebibytes(),
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "2" },
  };
}

function lifecycle(props: HardenedContainerProps): Partial<ContainerConfig> {
  if (props.oneShot) return { attach: true, logs: true, mustRun: false, restart: "no" };
  return {
    restart: "unless-stopped",
    destroyGraceSeconds: (props.gracePeriod ?? Duration.seconds(10)).toSeconds(),
    stopTimeout: (props.gracePeriod ?? Duration.seconds(10)).toSeconds(),
    ...(props.healthCheck ? { healthcheck: health(props.healthCheck), wait: true, waitTimeout: 240 } : {}),
  };
}

function health(check: HealthCheck): ContainerHealthcheck {
  return {
    test: typeof check.command === "string" ? ["CMD-SHELL", check.command] : ["CMD", ...check.command],
    interval: goDuration(check.interval ?? Duration.seconds(3)),
    timeout: goDuration(check.timeout ?? Duration.seconds(5)),
    startPeriod: goDuration(check.startPeriod ?? Duration.seconds(60)),
    retries: 5,
  };
}

/** As the provider reads it back from the Engine; any other spelling would be a difference at every plan. */
function goDuration(duration: Duration): string {
  const seconds = duration.toSeconds();
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return `${hours > 0 ? `${hours}h` : ""}${minutes % 60}m${seconds % 60}s`;
}

function publish(port: PublishedPort): { internal: number; external: number; ip: string; protocol: string } {
  return { internal: port.container, external: port.host, ip: "127.0.0.1", protocol: "tcp" };
}

function mount({ volume, path, readOnly = false }: VolumeMount): ContainerVolumes {
  return { ...(volume ? { volumeName: volume } : {}), containerPath: path, readOnly };
}

function startCommand({ entrypoint = [], command = [], files }: HardenedContainerProps): Partial<ContainerConfig> {
  if (!files) {
    return {
      ...(entrypoint.length ? { entrypoint: [...entrypoint] } : {}),
      ...(command.length ? { command: [...command] } : {}),
    };
  }
  if (entrypoint.length === 0)
    throw new ConfigurationError(["'files' needs 'entrypoint': the program to start after them"]);
  const writes = Object.keys(files).map((path, n) => `printf %s "$FILE_${n}" > '${path}'`);
  return {
    entrypoint: ["/bin/sh", "-c", [...writes, 'exec "$@"'].join(" && "), "sh", ...entrypoint],
    command: [...command],
  };
}

/** Files have templates of their own, such as Filebeat's `%{[field]}`. */
function fileVariables({ files }: HardenedContainerProps): Record<string, string> {
  return Object.fromEntries(Object.values(files ?? {}).map((content, n) => [`FILE_${n}`, literal(content)]));
}
