// Reboots the cluster's node: a program of its own, because what it imports is more than tests can load.
import { env } from "node:process";
import { restartNode } from "../../tools/cluster/restart-node";
import { cacheDir } from "../../tools/lib/paths";

restartNode({ cacheDirectory: cacheDir(env) }).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
