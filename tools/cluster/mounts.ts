import { readFileSync } from "node:fs";
import { exec } from "../lib/exec";
import { UserError } from "../lib/user-error";

/** Takes away everything that is mounted below a folder, the innermost first. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const point of mountsBelow(folder)) {
    const { exitCode } = await exec("umount", [point], { allowFailure: true });
    // What still holds it has no way to it any more, and lets go in its own time.
    if (exitCode !== 0) await exec("umount", ["--lazy", point], { allowFailure: true });
  }
  const left = mountsBelow(folder);
  // A folder of the host's can be mounted into a pod: removing this one would then remove what is in that.
  if (left.length > 0)
    throw new UserError(`still mounted, so that nothing below ${folder} is removed: ${left.join(", ")}`);
}

function mountsBelow(folder: string): string[] {
  return mountPoints(readFileSync("/proc/self/mountinfo", "utf8"))
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .reverse();
}

/** The mount points in /proc/PID/mountinfo, in the order that they were made. */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}

/** Where the kernel's control groups are: several places with version 1, one with version 2. */
export function cgroupRoots(mountinfo: string): string[] {
  const lines = mountinfo.split("\n").filter((line) => / - cgroup2? /.test(line));
  return mountPoints(lines.join("\n"));
}
