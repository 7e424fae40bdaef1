import { Problems } from "../../core/validation";
import { type ContainerJson, containersOf, type PodJson, PodRule, type VolumeJson } from "./pod-rule";

/**
 * Every pod keeps the restricted Pod Security Standard, and a little more: what that allows with conditions and nothing here
 * uses (SELinux options, sysctls, binding low ports) is refused.
 *
 * The one exception is for components that are named: they may mount directories of their node, and may give these to their
 * user first, as {@link PodVolume.nodeDirectory} does.
 */
export class RestrictedPods extends PodRule {
  constructor(private readonly withNodeDirectories: readonly string[]) {
    super();
  }

  protected override problems(pod: PodJson): string[] {
    const component = pod.metadata?.labels?.["app.kubernetes.io/name"] ?? "";
    const nodeDirectories = this.withNodeDirectories.includes(component)
      ? (pod.spec.volume ?? []).filter((volume) => volume["host_path"]).map(({ name }) => name)
      : [];
    return new Problems()
      .add(podProblems(pod))
      .add(containersOf(pod).flatMap((one) => containerProblems(pod, one, givesOwner(one, nodeDirectories))))
      .add(
        (pod.spec.volume ?? [])
          .filter(({ name }) => !nodeDirectories.includes(name))
          .flatMap((volume) => volumeProblems(volume, component)),
      )
      .list();
  }
}

function podProblems({ spec }: PodJson): string[] {
  const { se_linux_options: seLinux, windows_options: windows, sysctl } = spec.security_context ?? {};
  return new Problems()
    .require(!spec.host_network, "'host_network' shows it the node's network: remove it")
    .require(!spec.host_pid, "'host_pid' shows it the node's processes: remove it")
    .require(!spec.host_ipc, "'host_ipc' shows it the memory that the node's processes share: remove it")
    .require(!seLinux, "'se_linux_options' is for the node to decide: remove it")
    .require(!windows, "'windows_options' has no meaning here: remove it")
    .require(!sysctl?.length, "'sysctl' is for the node to decide: remove it")
    .list();
}

function containerProblems(pod: PodJson, container: ContainerJson, isOwnerGiver: boolean): string[] {
  const own = container.security_context ?? {};
  const ofPod = pod.spec.security_context ?? {};
  const { add = [], drop = [] } = own.capabilities ?? {};
  const added = add.filter((capability) => !(isOwnerGiver && capability === "CHOWN"));
  const user = own.run_as_user ?? ofPod.run_as_user;
  const seccomp = own.seccomp_profile?.type ?? ofPod.seccomp_profile?.type ?? "none";
  return (
    new Problems()
      .require(!own.privileged, "is 'privileged': remove it")
      .require(
        own.allow_privilege_escalation === false,
        "may gain privileges: set 'allow_privilege_escalation' to false",
      )
      .require(drop.includes("ALL"), "keeps capabilities of its runtime: drop 'ALL'")
      .require(added.length === 0, `adds the capabilities ${added.join(", ")}: remove them`)
      // The pod's own does not count: what a container leaves out, the provider writes as false.
      .require(isOwnerGiver || own.run_as_non_root === true, "may run as root: set 'run_as_non_root' to true")
      .require(isOwnerGiver || user === undefined || Number(user) !== 0, "runs as user 0, which is root: take another")
      .require(
        seccomp === "RuntimeDefault" || seccomp === "Localhost",
        `has the seccomp profile '${seccomp}': take 'RuntimeDefault'`,
      )
      .require(!own.se_linux_options, "has 'se_linux_options', which are for the node to decide: remove them")
      .require(!(container.port ?? []).some((port) => port.host_port), "takes a port of the node: remove 'host_port'")
      .list()
      .map((problem) => `container '${container.name}' ${problem}`)
  );
}

/** Whether it is the step that {@link PodVolume.nodeDirectory} runs first. It sees nothing but the directory. */
function givesOwner({ name, volume_mount: mounts = [] }: ContainerJson, nodeDirectories: readonly string[]): boolean {
  return nodeDirectories.some(
    (directory) => name === `own-${directory}` && mounts.every((mount) => mount.name === directory),
  );
}

const VOLUME_SOURCES = [
  "config_map",
  "csi",
  "downward_api",
  "empty_dir",
  "ephemeral",
  "persistent_volume_claim",
  "projected",
  "secret",
];

function volumeProblems({ name, ...sources }: VolumeJson, component: string): string[] {
  return Object.keys(sources)
    .filter((source) => sources[source] !== undefined && !VOLUME_SOURCES.includes(source))
    .map((source) =>
      source === "host_path"
        ? `volume '${name}' is a directory of the node: name '${component}' in the site's 'mayMountNodeDirectories', or take another volume`
        : `volume '${name}' is of the kind '${source}': take one of ${VOLUME_SOURCES.join(", ")}`,
    );
}
