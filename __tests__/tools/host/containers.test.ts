import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ailments } from "../../../tools/host/containers";
import { programs, type Programs } from "../../support/programs";

let bin: Programs;
beforeEach(() => {
  bin = programs();
});
afterEach(() => bin.remove());

interface State {
  readonly Status: string;
  readonly ExitCode?: number;
  readonly Health?: { readonly Status: string };
}

/** What is said of one container in a Docker whose logs end with `logs`. */
async function said(State: State, restart: string, logs = "last words"): Promise<string[]> {
  const inspected = join(bin.directory, "inspected.json");
  writeFileSync(
    inspected,
    JSON.stringify([
      { Id: "id", Name: "/one", State: { ExitCode: 0, ...State }, HostConfig: { RestartPolicy: { Name: restart } } },
    ]),
  );
  bin.add("docker", `case "$1" in ps) echo id ;; inspect) cat ${inspected} ;; logs) printf '%b' '${logs}' ;; esac`);
  return ailments("test");
}

describe("ailments", () => {
  test.each<[string, State, string]>([
    ["healthy", { Status: "running", Health: { Status: "healthy" } }, "unless-stopped"],
    ["running where nothing checks", { Status: "running" }, "unless-stopped"],
    ["a one-shot that succeeded", { Status: "exited" }, "no"],
    ["a one-shot under way", { Status: "running" }, "no"],
  ])("says nothing of what is %s", async (_, state, restart) => {
    expect(await said(state, restart)).toEqual([]);
  });

  test.each<[State, string, string]>([
    [{ Status: "exited", ExitCode: 3 }, "no", "exited with 3"],
    [{ Status: "exited", ExitCode: 0 }, "unless-stopped", "exited with 0"],
    [{ Status: "running", Health: { Status: "unhealthy" } }, "unless-stopped", "is unhealthy"],
    [{ Status: "running", Health: { Status: "starting" } }, "unless-stopped", "is starting"],
    [{ Status: "restarting", Health: { Status: "unhealthy" } }, "unless-stopped", "is unhealthy"],
    [{ Status: "created" }, "unless-stopped", "is created"],
  ])("of %j with restart '%s' says that it %s, and its last words", async (state, restart, condition) => {
    expect(await said(state, restart, "first\\nsecond")).toEqual([
      `one ${condition} ('docker logs one' tells more):\n    first\n    second`,
    ]);
  });

  test("says so where there are no words", async () => {
    expect(await said({ Status: "exited", ExitCode: 1 }, "no", "")).toEqual([
      "one exited with 1 ('docker logs one' tells more):\n    (no output)",
    ]);
  });
});
