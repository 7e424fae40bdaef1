import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { HardenedContainer, type HardenedContainerProps } from "../../../constructs/docker/hardened-container";
import { PROJECT_LABEL } from "../../../constructs/docker/site";
import { differences } from "../../support/differences";
import { type ContainerJson, synthOnSite } from "../../support/docker-json";

const SMALLEST: HardenedContainerProps = {
  name: "thing",
  image: ContainerImage.of("thing:1"),
  memory: Size.mebibytes(100),
};

function container(change: Partial<HardenedContainerProps> = {}): ContainerJson {
  return synthOnSite((stack, site) => {
    site.addVolume("data");
    new HardenedContainer(stack, "Thing", site, { ...SMALLEST, ...change });
  }).container(change.name ?? "thing");
}

const smallest = container();

test("defaults by value: no privilege, no capability, nothing to write to but /tmp, bounded memory and logs", () => {
  expect(smallest).toEqual({
    name: "site-thing",
    hostname: "thing",
    image: expect.stringMatching(/^\$\{docker_image\.\w+\.image_id\}$/),
    networks_advanced: [{ name: expect.stringMatching(/^\$\{docker_network\.\w+\.name\}$/), aliases: ["thing"] }],
    env: [],
    labels: [
      { label: PROJECT_LABEL, value: "test" },
      { label: "log-pipeline.component", value: "thing" },
    ],
    security_opts: ["no-new-privileges:true"],
    capabilities: { drop: ["ALL"] },
    read_only: true,
    tmpfs: { "/tmp": "rw,nosuid,nodev,size=64m" },
    memory: 100,
    memory_swap: 100,
    log_driver: "json-file",
    log_opts: { "max-size": "10m", "max-file": "2" },
    restart: "unless-stopped",
    destroy_grace_seconds: 10,
    stop_timeout: 10,
  });
});

test("image and network are those of the site", () => {
  const json = synthOnSite((stack, site) => new HardenedContainer(stack, "Thing", site, SMALLEST));
  expect(json.nameOf(json.container("thing").image)).toBe("thing:1");
  expect(json.nameOf(json.container("thing").networks_advanced[0]?.name ?? "")).toBe("site");
});

test.each<[string, Partial<HardenedContainerProps>, Record<string, unknown>]>([
  ["user", { user: "5:6" }, { user: "5:6" }],
  ["command", { command: ["run", "it"] }, { command: ["run", "it"] }],
  ["env", { env: { A: "1", B: "x=y" } }, { env: ["A=1", "B=x=y"] }],
  ["memory", { memory: Size.kibibytes(100 * 1024 + 1) }, { memory: 101, memory_swap: 101 }],
  [
    "ports",
    { ports: [{ container: 80, host: 8080 }] },
    { ports: [{ internal: 80, external: 8080, ip: "127.0.0.1", protocol: "tcp" }] },
  ],
  [
    "mounts",
    {
      mounts: [
        { volume: "a", path: "/a" },
        { volume: "b", path: "/b", readOnly: true },
      ],
    },
    {
      volumes: [
        { volume_name: "a", container_path: "/a", read_only: false },
        { volume_name: "b", container_path: "/b", read_only: true },
      ],
    },
  ],
  ["entrypoint", { entrypoint: ["/bin/it", "-x"] }, { entrypoint: ["/bin/it", "-x"] }],
  ["tmpfs", { tmpfs: { "/run": "rw" } }, { "tmpfs > /tmp": undefined, "tmpfs > /run": "rw" }],
  ["readOnlyRootFilesystem", { readOnlyRootFilesystem: false }, { read_only: false }],
  ["gracePeriod", { gracePeriod: Duration.milliseconds(20_001) }, { destroy_grace_seconds: 21, stop_timeout: 21 }],
  [
    "labels",
    { labels: { team: "logs" } },
    {
      labels: [
        { label: PROJECT_LABEL, value: "test" },
        { label: "log-pipeline.component", value: "thing" },
        { label: "team", value: "logs" },
      ],
    },
  ],
  [
    "healthCheck",
    { healthCheck: { command: ["check", "it"] } },
    {
      "healthcheck > test": ["CMD", "check", "it"],
      "healthcheck > interval": "3s",
      "healthcheck > timeout": "5s",
      "healthcheck > start_period": "1m0s",
      "healthcheck > retries": 5,
      wait: true,
      wait_timeout: 240,
    },
  ],
  [
    "oneShot",
    { oneShot: true },
    {
      restart: "no",
      attach: true,
      logs: true,
      must_run: false,
      destroy_grace_seconds: undefined,
      stop_timeout: undefined,
    },
  ],
])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
  expect(differences(smallest, container(change))).toEqual(expected);
});

test("nothing to list is nothing in the JSON", () => {
  expect(differences(smallest, container({ ports: [], mounts: [], dependsOn: [], labels: {}, env: {} }))).toEqual({});
});

test("its name is its host name and its alias, and ends its name on the machine", () => {
  expect(container({ name: "other" })).toMatchObject({
    name: "site-other",
    hostname: "other",
    networks_advanced: [{ aliases: ["other"] }],
  });
});

describe("files", () => {
  const directory = mkdtempSync(join(tmpdir(), "files-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  // Each of these means something to the shell, to Terraform or to printf.
  const contents = [
    "a: 1\nb: 'x'\n",
    'key: "%{[host.name]}:${HOME} $HOME $${x} %%{y}"',
    "100 %s \\n `id` $(id)\n\n",
    "",
  ];
  const files = Object.fromEntries(contents.map((content, n) => [join(directory, `file-${n}.yml`), content]));

  test("are written as they are by the container's own start, which then becomes the program", () => {
    const json = synthOnSite((stack, site) => {
      const own = { files, entrypoint: ["printf", "<%s>"], command: ["one two", "$HOME"], env: { OWN: "x" } };
      new HardenedContainer(stack, "Thing", site, { ...SMALLEST, ...own });
    });
    const { entrypoint: [program = "", ...args] = [], command = [] } = json.container("thing");
    const run = spawnSync(program, [...args, ...command], { env: json.env("thing"), encoding: "utf8" });
    expect([run.status, run.stderr, run.stdout]).toEqual([0, "", "<one two><$HOME>"]);
    expect(Object.keys(files).map((path) => readFileSync(path, "utf8"))).toEqual(contents);
    expect(json.files("thing")).toEqual(files);
    expect(json.env("thing")["OWN"]).toBe("x");
  });

  test("a file that cannot be written keeps the program from starting", () => {
    const { entrypoint: [program = "", ...args] = [] } = container({
      files: { "/not/here/x.yml": "" },
      entrypoint: ["echo", "started"],
    });
    const run = spawnSync(program, args, { env: { FILE_0: "" }, encoding: "utf8" });
    expect(run.status).not.toBe(0);
    expect(run.stdout).toBe("");
  });

  test("need to know the program that they are for", () => {
    expect(() => container({ files })).toThrow(
      new ConfigurationError(["'files' needs 'entrypoint': the program to start after them"]),
    );
  });
});

test("waits for what it depends on", () => {
  const json = synthOnSite((stack, site) => {
    const first = new HardenedContainer(stack, "First", site, { ...SMALLEST, name: "first" });
    expect(first.hostname).toBe("first");
    new HardenedContainer(stack, "Second", site, { ...SMALLEST, name: "second", dependsOn: [first.ready] });
  });
  expect(json.dependencies("second")).toEqual(["first"]);
  expect(json.dependencies("first")).toEqual([]);
});

describe("health checks", () => {
  const command = "curl -fsS localhost && true";

  test("a line is for the image's shell", () => {
    expect(container({ healthCheck: { command } }).healthcheck?.test).toEqual(["CMD-SHELL", command]);
  });

  // As Go prints a time.Duration: what the provider reads back; any other spelling is a difference at every plan.
  test.each([
    [Duration.milliseconds(0), "0s"],
    [Duration.milliseconds(1500), "2s"],
    [Duration.seconds(1), "1s"],
    [Duration.seconds(59), "59s"],
    [Duration.seconds(60), "1m0s"],
    [Duration.seconds(61), "1m1s"],
    [Duration.minutes(3), "3m0s"],
    [Duration.seconds(3599), "59m59s"],
    [Duration.seconds(3600), "1h0m0s"],
    [Duration.seconds(7325), "2h2m5s"],
  ])("%s is written %s", (duration, text) => {
    const check = { command, interval: duration, timeout: duration, startPeriod: duration };
    expect(container({ healthCheck: check }).healthcheck).toMatchObject({
      interval: text,
      timeout: text,
      start_period: text,
    });
  });

  test.each(["interval", "timeout", "startPeriod"] as const)("'%s' alone changes itself", (name) => {
    const key = `healthcheck > ${name === "startPeriod" ? "start_period" : name}`;
    const before = container({ healthCheck: { command } });
    expect(differences(before, container({ healthCheck: { command, [name]: Duration.seconds(7) } }))).toEqual({
      [key]: "7s",
    });
  });

  test("a one-shot ends: it has no health and no restart", () => {
    const once = container({ oneShot: true, healthCheck: { command } });
    expect(once.healthcheck).toBeUndefined();
    expect(once.restart).toBe("no");
  });
});
