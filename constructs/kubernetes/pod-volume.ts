import type {
  DeploymentV1SpecTemplateSpecInitContainer,
  DeploymentV1SpecTemplateSpecVolume,
} from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { ContainerImage } from "../core/container-image";
import type { Size } from "../core/size";

type Rendered = Omit<DeploymentV1SpecTemplateSpecVolume, "name">;

export interface NodeDirectoryProps {
  /**
   * User who owns it if it is new: the kubelet makes it as root's.
   * @default nobody else's: it is mounted to be read
   */
  readonly ownedBy?: { readonly uid: number; readonly gid: number };
}

/** Where a mount's files are. */
export class PodVolume {
  /** Files that live as long as the pod, on the node's disk or, with `inMemory`, in its memory. */
  static emptyDir(name: string, sizeLimit: Size, options: { readonly inMemory?: boolean } = {}): PodVolume {
    const limit = `${sizeLimit.toMebibytes()}Mi`;
    return new PodVolume(name, { emptyDir: { sizeLimit: limit, ...(options.inMemory ? { medium: "Memory" } : {}) } });
  }

  static configMap(name: string, configMap: string): PodVolume {
    return new PodVolume(name, { configMap: { name: configMap } });
  }

  /** Readable by the pod's group only. @param keys to be mounted, each as a file of its name. @default all */
  static secret(name: string, secret: string, keys?: readonly string[]): PodVolume {
    const items = keys ? { items: keys.map((key) => ({ key, path: key })) } : {};
    return new PodVolume(name, { secret: { secretName: secret, defaultMode: "0440", ...items } });
  }

  /** A claim of the StatefulSet's own, by the name of its template. */
  static claim(name: string): PodVolume {
    return new PodVolume(name, undefined);
  }

  /**
   * A directory of the node, made if it is not there. **The one exception from the restricted Pod Security Standard**: that
   * allows no `hostPath`, and a directory to be written must first be given to the pod's user, by root.
   */
  static nodeDirectory(name: string, path: string, props: NodeDirectoryProps = {}): PodVolume {
    return new PodVolume(name, { hostPath: { path, type: "DirectoryOrCreate" } }, props.ownedBy);
  }

  private constructor(
    readonly name: string,
    private readonly rendered: Rendered | undefined,
    private readonly owner?: { readonly uid: number; readonly gid: number },
  ) {}

  /** As a pod lists it; undefined for what its StatefulSet lists. */
  render(): DeploymentV1SpecTemplateSpecVolume | undefined {
    return this.rendered && { name: this.name, ...this.rendered };
  }

  /** What must run before the volume can be used: gives a directory of the node its owner. */
  initContainer(image: ContainerImage): DeploymentV1SpecTemplateSpecInitContainer | undefined {
    if (!this.owner) return undefined;
    const resources = { cpu: "10m", memory: "16Mi" };
    return {
      name: `own-${this.name}`,
      image: image.reference,
      imagePullPolicy: "IfNotPresent",
      command: ["chown", `${this.owner.uid}:${this.owner.gid}`, MOUNT_POINT],
      resources: { requests: resources, limits: { memory: resources.memory } },
      volumeMount: [{ name: this.name, mountPath: MOUNT_POINT, readOnly: false }],
      securityContext: {
        runAsNonRoot: false,
        runAsUser: "0",
        runAsGroup: "0",
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"], add: ["CHOWN"] },
      },
    };
  }
}

const MOUNT_POINT = "/directory";
