import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { idsInState, removeLeftovers } from "../../../tools/host/leftovers";
import { ExecError } from "../../../tools/lib/exec";
import { programs, type Programs } from "../../support/programs";

let bin: Programs;
beforeEach(() => {
  bin = programs();
});
afterEach(() => bin.remove());

function stateFile(content: string): string {
  const path = join(bin.directory, "state.tfstate");
  writeFileSync(path, content);
  return path;
}

const STATE = {
  resources: [
    { type: "docker_container", instances: [{ attributes: { id: "known" } }, { attributes: { id: "failed" } }] },
    { type: "docker_network", instances: [{ attributes: { id: "network" } }] },
    { type: "docker_image", instances: [{ attributes: {} }, {}] },
    { type: "docker_volume", instances: [] },
    { type: "data" },
  ],
};

describe("idsInState", () => {
  test.each([
    ["an empty file", "", []],
    ["blanks", " \n", []],
    ["no resource", "{}", []],
    ["resources, their instances, and what has no id", JSON.stringify(STATE), ["known", "failed", "network"]],
  ])("%s", (_, content, ids) => {
    expect([...idsInState(stateFile(content))]).toEqual(ids);
  });

  test("there is no file", () => {
    expect([...idsInState(join(bin.directory, "missing"))]).toEqual([]);
  });
});

describe("removeLeftovers", () => {
  const container = (Id: string, Status: string, ExitCode: number, restart: string) => ({
    Id,
    Name: `/name-of-${Id}`,
    State: { Status, ExitCode },
    HostConfig: { RestartPolicy: { Name: restart } },
  });

  /** A Docker that has these, and writes down what it is told to remove. */
  async function removed(
    containers: readonly ReturnType<typeof container>[],
    networks: readonly string[],
    state: string,
  ) {
    const inspected = join(bin.directory, "inspected.json");
    writeFileSync(inspected, JSON.stringify(containers));
    const calls = join(bin.directory, "calls");
    writeFileSync(calls, "");
    bin.add(
      "docker",
      [
        `echo "$*" >> ${calls}`,
        'case "$1 $2" in',
        `"ps --all") printf '%s\\n' ${containers.map((one) => one.Id).join(" ")} ;;`,
        `"network ls") printf '%s\\n' ${networks.join(" ")} ;;`,
        `inspect*) cat ${inspected} ;;`,
        "esac",
      ].join("\n"),
    );
    const said: string[] = [];
    await removeLeftovers("test", state, (line) => said.push(line));
    const asked = readFileSync(calls, "utf8").split("\n");
    return { said, done: asked.filter((call) => /^(rm|network rm)/.test(call)), asked };
  }

  test("takes away what the state does not know and one-shots that failed, and leaves the rest", async () => {
    const { done, said } = await removed(
      [
        container("known", "running", 0, "unless-stopped"),
        container("failed", "exited", 1, "no"),
        container("stranger", "running", 0, "unless-stopped"),
      ],
      ["network", "othernetwork"],
      stateFile(JSON.stringify(STATE)),
    );
    expect(done).toEqual(["rm --force --volumes failed", "rm --force --volumes stranger", "network rm othernetwork"]);
    expect(said).toEqual([
      "removing container name-of-failed: it failed, and runs again",
      "removing container name-of-stranger: left by an interrupted run",
      "removing network othernetwork: left by an interrupted run",
    ]);
  });

  test.each([
    ["a one-shot that ended well", container("known", "exited", 0, "no")],
    ["a one-shot that still runs", container("known", "running", 1, "no")],
    ["a service that stopped", container("known", "exited", 1, "unless-stopped")],
  ])("leaves %s alone", async (_, one) => {
    expect((await removed([one], ["network"], stateFile(JSON.stringify(STATE)))).done).toEqual([]);
  });

  test("without a state nothing is known: all goes", async () => {
    const { done } = await removed([container("known", "running", 0, "unless-stopped")], ["network"], "");
    expect(done).toEqual(["rm --force --volumes known", "network rm network"]);
  });

  test("only ever looks at what carries the environment's label", async () => {
    const { asked } = await removed([], [], "");
    const listings = asked.filter((call) => /^(ps|network ls)/.test(call));
    expect(listings).toHaveLength(2);
    for (const call of listings) expect(call.split(" ")).toContain("label=log-pipeline.environment=test");
  });

  test("a Docker that fails is told", async () => {
    bin.add("docker", "echo no engine >&2; exit 1");
    await expect(removeLeftovers("test", "", () => undefined)).rejects.toThrow(ExecError);
  });
});
