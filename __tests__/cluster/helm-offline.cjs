#!/usr/bin/env node
// `helm template` where no repository of charts can be reached: a chart of one is taken from a folder of this machine. All else
// about it is as it was asked for, and done by helm itself. Its settings are variables:
//   HELM_PROGRAM  helm itself
//   HELM_CHARTS   JSON: folders by the names of charts
const { spawnSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const [command, release, chart, ...flags] = process.argv.slice(2);

function asAsked() {
  if (!chart.startsWith("oci://") && !flags.some((flag) => flag.startsWith("--repo="))) return [chart, ...flags];
  const name = chart.split("/").at(-1);
  const folder = JSON.parse(process.env.HELM_CHARTS)[name];
  if (!folder) throw new Error(`no folder is known for chart '${name}'`);
  const version = flags.find((flag) => flag.startsWith("--version="))?.slice("--version=".length);
  const [, actual] = /^version: (\S+)$/m.exec(readFileSync(join(folder, "Chart.yaml"), "utf8")) ?? [];
  if (version !== actual)
    throw new Error(`chart '${name}' is asked for at ${version}, and in ${folder} it is ${actual}`);
  return [folder, ...flags.filter((flag) => !/^--(repo|version)=/.test(flag))];
}

const { status, error } = spawnSync(process.env.HELM_PROGRAM, [command, release, ...asAsked()], { stdio: "inherit" });
if (error) throw error;
process.exitCode = status ?? 1;
