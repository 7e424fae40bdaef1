import { FILE_REALM_KEYS, USER_KEYS } from "../../contract/credentials-settings";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Size } from "../core/size";
import type { ContainerProps, Mount, Question } from "../kubernetes/pod";
import { PodVolume } from "../kubernetes/pod-volume";
import type { ElasticsearchCredentials } from "./cluster";
import { CONFIG_DIRECTORY, HTTP_PORT } from "./image";

export const ROLES_CONFIG_MAP = "elasticsearch-roles";
export const ROLES_FILE = "roles.yml";

/** What a node reads again while it runs, users and roles: mounted beside its configuration, and linked from there. */
export class NodeFiles {
  /** Of the node's container. Whole directories: a file mounted alone stays as it was when the container started. */
  readonly mounts: readonly Mount[];
  private readonly config = PodVolume.emptyDir("config", Size.mebibytes(16));
  private readonly links: readonly string[];

  /** @param fileRealm name of the Secret. @param probe asks whether the node is ready */
  constructor(
    fileRealm: string,
    private readonly probe: ElasticsearchCredentials,
  ) {
    const realm = secretFolder(fileRealm);
    const roles = `/run/config/${ROLES_CONFIG_MAP}`;
    const user = probe.password.secret;
    this.links = [`${realm}/${FILE_REALM_KEYS.users}`, `${realm}/${FILE_REALM_KEYS.roles}`, `${roles}/${ROLES_FILE}`];
    this.mounts = [
      { volume: this.config, path: CONFIG_DIRECTORY },
      { volume: PodVolume.secret(fileRealm, fileRealm), path: realm, readOnly: true },
      { volume: PodVolume.secret(user, user), path: secretFolder(user), readOnly: true },
      { volume: PodVolume.configMap(ROLES_CONFIG_MAP, ROLES_CONFIG_MAP), path: roles, readOnly: true },
    ];
  }

  /** Copies the image's own files, which the directory would hide; before, removes what an earlier start made of them. */
  initContainer(image: ContainerImage): ContainerProps {
    const script = [
      "rm -rf /config/*",
      `cp -r ${CONFIG_DIRECTORY}/. /config`,
      `ln -sf ${this.links.join(" ")} /config`,
    ];
    return {
      name: "config",
      image,
      entrypoint: ["/bin/sh", "-ec"],
      command: [script.join("; ")],
      resources: { cpu: Cpu.millis(50), memory: Size.mebibytes(64) },
      mounts: [{ volume: this.config, path: "/config" }],
    };
  }

  /**
   * Whether a master is elected. Not whether every shard is there: one that is lost would cut clients off from all others,
   * and they wait for theirs. The password goes through pipes only: arguments can be seen in the list of processes.
   */
  get question(): Question {
    const { username, password } = this.probe;
    const basic = `$(printf %s "${username}:$(cat ${secretFolder(password.secret)}/${USER_KEYS.password})" | base64 -w 0)`;
    const url = `http://127.0.0.1:${HTTP_PORT}/_cluster/health?master_timeout=2s`;
    const script = `printf 'Authorization: Basic %s' "${basic}" | curl -fsS -o /dev/null -H @- '${url}'`;
    return { command: ["/bin/sh", "-c", script] };
  }
}

function secretFolder(secret: string): string {
  return `/run/secrets/${secret}`;
}
