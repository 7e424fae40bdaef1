// The first thing that every npm script runs. Plain Node without dependencies, because there may be none installed yet:
// installs what package-lock.json says if that has not been done, then hands over to tools/cli.ts.
import { spawn, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isInstalled } from "./installation.mjs";

const OLDEST_NODE = [20, 19];
/** What starts jest, tsc, eslint or ts-node. */
const NEEDS_DEV_DEPENDENCIES = /^(test|bench-synth)/;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  console.error(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join(".")} or newer.`);
  process.exit(1);
}

const [command] = process.argv.slice(2);
if (!isInstalled(root, !NEEDS_DEV_DEPENDENCIES.test(command ?? ""))) {
  const started = Date.now();
  console.error("Installing npm dependencies (package-lock.json) into node_modules ...");
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (result.status !== 0) {
    console.error("'npm ci' failed; what it said is above. Mend that and run the same command again.");
    process.exit(1);
  }
  console.error(`Installed npm dependencies in ${Math.round((Date.now() - started) / 1000)} s.`);
}

const tsx = pathToFileURL(join(root, "node_modules", "tsx", "dist", "loader.mjs")).href;
const cli = spawn(process.execPath, ["--import", tsx, join(root, "tools", "cli.ts"), ...process.argv.slice(2)], {
  stdio: "inherit",
});
// Ctrl-C reaches it as a member of the same process group; a SIGTERM is for this process alone and is passed on.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => cli.kill("SIGTERM"));
cli.on("close", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
