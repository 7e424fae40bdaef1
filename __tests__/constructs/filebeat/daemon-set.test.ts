import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Duration } from "../../../constructs/core/duration";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { FilebeatDaemonSet, type FilebeatDaemonSetProps } from "../../../constructs/filebeat/daemon-set";
import type { KafkaConnection } from "../../../constructs/kafka/cluster";
import { KafkaCluster } from "../../../constructs/kafka/stateful-set";
import { LOG_DIRECTORY, LOG_FILES } from "../../../contract/names";
import { parseShipperMetricsSettings } from "../../../contract/shipper-metrics-settings";
import { MAX_LINE_BYTES, MAX_MESSAGE_BYTES } from "../../../contract/size-limits";
import { parseWriteAccessSettings } from "../../../contract/write-access-settings";
import { differences, leaves } from "../../support/differences";
import { type KubernetesJson, SITE, synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const KAFKA: KafkaConnection = {
  bootstrapServers: ["kafka:9092"],
  topic: "logs",
  maxMessageBytes: MAX_MESSAGE_BYTES,
  ready: [],
};
const SMALLEST: FilebeatDaemonSetProps = {
  image: ContainerImage.of("filebeat:1"),
  programImage: ContainerImage.of("consumer:1"),
  memory: Size.mebibytes(384),
  kafka: KAFKA,
};
const ON_NODES = { mayMountNodeDirectories: [FilebeatDaemonSet.COMPONENT] };

function synth(change: Partial<FilebeatDaemonSetProps> = {}): KubernetesJson {
  return synthOnSite(
    (stack, site) => void new FilebeatDaemonSet(stack, "Filebeat", site, { ...SMALLEST, ...change }),
    ON_NODES,
  );
}

const smallest = synth();

interface Config {
  readonly name: string;
  readonly "filebeat.inputs": readonly Record<string, unknown>[];
  readonly output: { readonly kafka: Record<string, unknown> };
  readonly queue: { readonly mem: { readonly events: number; readonly flush: { readonly timeout: string } } };
  readonly http: { readonly host: string; readonly port: number };
}

function configOf(json: KubernetesJson): Config {
  return parse(json.file("filebeat", "filebeat.yml")) as Config;
}

/** Mounts by path: the node's directory, or the volume's kind. */
function mountsOf(json: KubernetesJson): Record<string, string> {
  const volumes = json.pod("daemon_set_v1", "filebeat").spec.volume ?? [];
  return Object.fromEntries(
    (json.container("daemon_set_v1", "filebeat").volume_mount ?? []).map((mount) => {
      const {
        name,
        host_path: directory,
        ...kind
      } = volumes.find((one) => one.name === mount.name) ?? { name: "none" };
      const what = directory?.path ?? Object.keys(kind).join() ?? name;
      return [mount.mount_path, mount.read_only ? `${what}, read only` : what];
    }),
  );
}

describe("defaults", () => {
  test("one set and its configuration, and nothing that could ask the API server", () => {
    expect(smallest.names()).toEqual([
      "config_map_v1/filebeat",
      "daemon_set_v1/filebeat",
      "network_policy_v1/allow-dns",
      "network_policy_v1/deny-all",
    ]);
    expect(brokenRelations(smallest)).toEqual([]);
    const { spec } = smallest.pod("daemon_set_v1", "filebeat");
    expect(spec.automount_service_account_token).toBe(false);
    expect(spec).not.toHaveProperty("service_account_name");
  });

  test("what it reads of the node it cannot write; its registry outlives the pod", () => {
    expect(mountsOf(smallest)).toEqual({
      "/etc/filebeat": "config_map, read only",
      "/tmp": "empty_dir",
      "/usr/share/filebeat/data": `/var/lib/log-pipeline/${SITE.namespace}/filebeat`,
      [LOG_DIRECTORY]: `${LOG_DIRECTORY}, read only`,
    });
  });

  test("it is not root; its group may read containers' logs; the registry is given to it first", () => {
    const { security_context: context } = smallest.pod("daemon_set_v1", "filebeat").spec;
    expect(context).toMatchObject({ run_as_user: "1000", run_as_group: "0", run_as_non_root: true });
    const init = smallest.container("daemon_set_v1", "filebeat", "own-registry");
    expect(init.command?.slice(0, 2)).toEqual([
      "chown",
      `${String(context["run_as_user"])}:${String(context["run_as_group"])}`,
    ]);
    expect(init.volume_mount?.map(({ name }) => name)).toEqual(["registry"]);
  });

  test("it runs on every node, and a tenth of them is updated at a time", () => {
    expect(smallest.pod("daemon_set_v1", "filebeat").spec.toleration).toEqual([{ operator: "Exists" }]);
    expect(smallest.named("daemon_set_v1", "filebeat").spec.strategy).toEqual({
      type: "RollingUpdate",
      rolling_update: { max_unavailable: "10%" },
    });
    expect(smallest.named("daemon_set_v1", "filebeat").wait_for_rollout).toBe(true);
  });

  test("by value", () => {
    expect(smallest.container("daemon_set_v1", "filebeat").resources).toEqual({
      requests: { cpu: "50m", memory: "384Mi" },
      limits: { memory: "384Mi" },
    });
    expect(smallest.pod("daemon_set_v1", "filebeat").spec).not.toHaveProperty("priority_class_name");
    expect(configOf(smallest)["filebeat.inputs"]).toMatchObject([
      { paths: [LOG_FILES], message_max_bytes: MAX_LINE_BYTES },
    ]);
  });
});

test.each<[string, Partial<FilebeatDaemonSetProps>, Record<string, unknown>]>([
  ["image", { image: ContainerImage.of("filebeat:9") }, { image: "filebeat:9" }],
  ["cpu", { cpu: Cpu.millis(70) }, { cpu: "70m" }],
  ["nodeLogDirectory", { nodeLogDirectory: "/logs" }, { [`mounts > ${LOG_DIRECTORY}`]: "/logs, read only" }],
  ["registryDirectory", { registryDirectory: "/registry" }, { "mounts > /usr/share/filebeat/data": "/registry" }],
  ["taintedNodes: none", { taintedNodes: "none" }, { tolerations: undefined }],
  [
    "taintedNodes: control-plane",
    { taintedNodes: "control-plane" },
    { tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists" }] },
  ],
  ["maxUnavailable, a number", { maxUnavailable: 3 }, { maxUnavailable: "3" }],
  ["maxUnavailable, a share", { maxUnavailable: "50%" }, { maxUnavailable: "50%" }],
  ["priorityClass", { priorityClass: "system-node-critical" }, { priorityClass: "system-node-critical" }],
])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
  const facts = (json: KubernetesJson) => {
    const { spec, metadata } = json.pod("daemon_set_v1", "filebeat");
    const { image, resources } = json.container("daemon_set_v1", "filebeat");
    return {
      image,
      memory: resources.limits["memory"],
      cpu: resources.requests.cpu,
      mounts: mountsOf(json),
      tolerations: spec.toleration,
      maxUnavailable: json.named("daemon_set_v1", "filebeat").spec.strategy.rolling_update.max_unavailable,
      priorityClass: spec.priority_class_name,
      config: json.file("filebeat", "filebeat.yml"),
      annotations: metadata.annotations,
    };
  };
  expect(differences(facts(smallest), facts(synth(change)))).toEqual(expected);
});

test("'memory' decides the container's limit, where Go collects more often, and how long the queue is", () => {
  const more = synth({ memory: Size.mebibytes(500) });
  const facts = (json: KubernetesJson) => ({
    memory: json.container("daemon_set_v1", "filebeat").resources.limits["memory"],
    go: json.env("daemon_set_v1", "filebeat")["GOMEMLIMIT"],
    events: configOf(json).queue.mem.events,
  });
  expect(facts(smallest)).toEqual({ memory: "384Mi", go: "326MiB", events: 100 });
  expect(facts(more)).toEqual({ memory: "500Mi", go: "425MiB", events: 158 });
});

describe("configuration", () => {
  const hash = (json: KubernetesJson) =>
    json.pod("daemon_set_v1", "filebeat").metadata.annotations?.["checksum/config"] ?? "";

  test("another one makes other pods, of a ConfigMap of the same name; the same one makes none", () => {
    const changed = synth({ maxLine: Size.kibibytes(512) });
    expect(hash(smallest)).toMatch(/^[0-9a-f]{16}$/);
    expect(hash(changed)).not.toBe(hash(smallest));
    expect(hash(synth())).toBe(hash(smallest));
    expect(changed.named("config_map_v1", "filebeat").metadata).toEqual(
      smallest.named("config_map_v1", "filebeat").metadata,
    );
    expect(smallest.dependencies(smallest.named("daemon_set_v1", "filebeat"))).toEqual(["config_map_v1/filebeat"]);
  });

  test("Filebeat is started with the file that is mounted", () => {
    const { command, args } = smallest.container("daemon_set_v1", "filebeat");
    expect([command, args]).toEqual([["filebeat"], ["-e", "-c", "/etc/filebeat/filebeat.yml"]]);
  });

  test("'maxLine' reaches it", () => {
    const input = (change: Partial<FilebeatDaemonSetProps>) =>
      Object.fromEntries(leaves(configOf(synth(change))["filebeat.inputs"][0]));
    expect(input({ maxLine: Size.kibibytes(512) })).toMatchObject({ message_max_bytes: 524_288 });
  });

  test("events are of the node: its name, as text, although Filebeat parses variables", () => {
    const env = smallest.container("daemon_set_v1", "filebeat").env ?? [];
    const [, variable = ""] = /^\$\{(\w+)\}$/.exec(configOf(smallest).name) ?? [];
    expect(smallest.env("daemon_set_v1", "filebeat")).toEqual({
      NODE_NAME: "spec.nodeName",
      [variable]: "'$(NODE_NAME)'",
      GOMEMLIMIT: "326MiB",
    });
    // Kubernetes expands only what comes before.
    expect(env.map(({ name }) => name)).toEqual(["NODE_NAME", variable, "GOMEMLIMIT"]);
  });
});

test("its health is asked where it says it, and it is given longer to end than its queue waits", () => {
  const { http, queue } = configOf(smallest);
  const container = smallest.container("daemon_set_v1", "filebeat");
  for (const probe of [container.startup_probe, container.readiness_probe, container.liveness_probe]) {
    expect(probe?.exec?.command).toEqual(["curl", "-fsS", "-o", "/dev/null", `http://${http.host}:${http.port}/`]);
  }
  const [, flush] = /^(\d+)ms$/.exec(queue.mem.flush.timeout) ?? [];
  expect(smallest.pod("daemon_set_v1", "filebeat").spec.termination_grace_period_seconds * 1000).toBeGreaterThan(
    Number(flush),
  );
});

describe("metrics", () => {
  const settings = parseShipperMetricsSettings(smallest.env("daemon_set_v1", "filebeat", "metrics"));
  const mountAt = (container: string, path: string) =>
    smallest
      .container("daemon_set_v1", "filebeat", container)
      .volume_mount?.find(({ mount_path: mounted }) => path === mounted || path.startsWith(`${mounted}/`));

  test("are asked of the Filebeat, the input and the registry of the same pod", () => {
    const { http, "filebeat.inputs": inputs } = configOf(smallest);
    expect(settings.FILEBEAT_URL).toBe(`http://${http.host}:${http.port}`);
    expect(settings.FILEBEAT_INPUT).toBe(inputs[0]?.["id"]);
    for (const path of [settings.FILEBEAT_REGISTRY, settings.LOG_DIRECTORY]) {
      expect(mountAt("metrics", path)).toEqual({ ...mountAt("filebeat", path), read_only: true });
    }
  });

  test("come from the program's image, in a heap that its limit holds", () => {
    const { image, command = [], args, resources } = smallest.container("daemon_set_v1", "filebeat", "metrics");
    expect([image, args]).toEqual(["consumer:1", ["shipper-metrics"]]);
    const heap = Number(/--max-old-space-size=(\d+)/.exec(command.join(" "))?.[1]);
    expect(resources.limits["memory"]).toBe("96Mi");
    expect(heap).toBeLessThan(96 / 2);
  });

  test("are found where they are served", () => {
    const { annotations } = smallest.pod("daemon_set_v1", "filebeat").metadata;
    const { port, liveness_probe: liveness } = smallest.container("daemon_set_v1", "filebeat", "metrics");
    expect(annotations).toMatchObject({ "prometheus.io/scrape": "true", "prometheus.io/path": "/metrics" });
    expect([annotations?.["prometheus.io/port"], String(port?.[0]?.container_port), liveness?.http_get?.port]).toEqual(
      Array<string>(3).fill(String(settings.HTTP_PORT)),
    );
  });

  const monitored = (change: Partial<FilebeatDaemonSetProps>) =>
    synthOnSite((stack, site) => void new FilebeatDaemonSet(stack, "Filebeat", site, { ...SMALLEST, ...change }), {
      ...ON_NODES,
      monitoringNamespace: "monitoring",
    });

  test("may be read from the namespace of Prometheus, and nothing else of the pod", () => {
    expect(monitored({}).policies()).toHaveProperty("filebeat-from-monitoring");
    const { spec } = monitored({}).named("network_policy_v1", "filebeat-from-monitoring");
    expect(JSON.parse(JSON.stringify(spec))).toMatchObject({
      ingress: [{ ports: [{ port: String(settings.HTTP_PORT), protocol: "TCP" }] }],
    });
  });

  test("'none' tells nobody of them", () => {
    const json = monitored({ metrics: "none" });
    expect(json.policies()).not.toHaveProperty("filebeat-from-monitoring");
    expect(Object.keys(json.pod("daemon_set_v1", "filebeat").metadata.annotations ?? {})).toEqual(["checksum/config"]);
  });
});

describe("containers' logs", () => {
  const json = synth({ containerLogs: true });

  test("are read through links, both ends of which are mounted, to be read only", () => {
    expect(differences(mountsOf(smallest), mountsOf(json))).toEqual({
      "/var/log/containers": "/var/log/containers, read only",
      "/var/log/pods": "/var/log/pods, read only",
    });
    expect(brokenRelations(json)).toEqual([]);
  });

  test("are those of other namespaces: the pipeline does not ship what it says about itself", () => {
    const [lines, printed] = configOf(json)["filebeat.inputs"];
    expect(lines).toEqual(configOf(smallest)["filebeat.inputs"][0]);
    expect(printed).toMatchObject({
      paths: ["/var/log/containers/*.log"],
      prospector: { scanner: { symlinks: true, exclude_files: [`_${SITE.namespace}_`] } },
    });
  });
});

describe("Kafka", () => {
  test("in the same namespace: pods may reach it, and wait for its topics", () => {
    const json = synthOnSite((stack, site) => {
      const kafka = new KafkaCluster(stack, "Kafka", site, {
        image: ContainerImage.of("kafka:1"),
        topicsImage: ContainerImage.of("consumer:1"),
        memory: Size.gibibytes(1),
        storage: Size.gibibytes(1),
      });
      kafka.addTopic({ name: "logs", partitions: 1, retention: Duration.hours(1) });
      new FilebeatDaemonSet(stack, "Filebeat", site, { ...SMALLEST, kafka: kafka.grantProduce("logs") });
    }, ON_NODES);
    expect(Object.keys(json.policies())).toEqual(expect.arrayContaining(["filebeat-to-kafka", "kafka-from-filebeat"]));
    expect(json.dependencies(json.named("daemon_set_v1", "filebeat"))).toEqual([
      "config_map_v1/filebeat",
      expect.stringMatching(/^job_v1\//),
    ]);
    expect(brokenRelations(json)).toEqual([]);
  });

  const SECURE = {
    tls: { ca: SecretRef.of("authority", "ca.crt") },
    credentials: { mechanism: "PLAIN", username: "filebeat", password: SecretRef.of("filebeat-user", "password") },
  } as const;
  const secure = synth({ kafka: { ...KAFKA, ...SECURE } });

  test("its authority is mounted where the configuration says it is", () => {
    const ssl = configOf(secure).output.kafka["ssl"] as { certificate_authorities: readonly string[] };
    const volume = (secure.pod("daemon_set_v1", "filebeat").spec.volume ?? []).find(
      ({ secret }) => secret?.["secret_name"] === "authority",
    );
    const mount = secure.container("daemon_set_v1", "filebeat").volume_mount?.find(({ name }) => name === volume?.name);
    expect(volume?.secret).toMatchObject({ secret_name: "authority", items: [{ key: "ca.crt", path: "ca.crt" }] });
    expect(ssl.certificate_authorities).toEqual([`${mount?.mount_path}/ca.crt`]);
  });

  test("the password is in the environment, from a Secret, quoted, and in no configuration", () => {
    const env = secure.env("daemon_set_v1", "filebeat");
    const { username, password, sasl } = configOf(secure).output.kafka;
    const [, variable = ""] = /^\$\{(\w+)\}$/.exec(String(password)) ?? [];
    expect([username, sasl]).toEqual(["filebeat", { mechanism: "PLAIN" }]);
    expect(env["KAFKA_PASSWORD"]).toBe("filebeat-user/password");
    expect(env[variable]).toBe("'$(KAFKA_PASSWORD)'");
    const order = Object.keys(env);
    expect(order.indexOf("KAFKA_PASSWORD")).toBeLessThan(order.indexOf(variable));
  });

  describe("its liveness probe, asked by a real shell", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "log-pipeline-probe-"));
      for (const secret of ["authority", "filebeat-user", "bin"]) mkdirSync(join(folder, secret));
      writeFileSync(join(folder, "bin", "curl"), '#!/bin/sh\necho "$@"\nexit ${CURL_EXIT:-0}\n', { mode: 0o755 });
      renew("filebeat-user/password", "it's a $ecret\n");
      renew("authority/ca.crt", PEM);
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const renew = (file: string, content: string) => writeFileSync(join(folder, file), content);
    /** As the kubelet asks it, with the variables that Filebeat was started with. */
    function ask(json: KubernetesJson, env: Record<string, string> = {}) {
      const [program = "", ...args] =
        json
          .container("daemon_set_v1", "filebeat")
          .liveness_probe?.exec?.command.map((word) => word.replaceAll("/run/secrets", folder)) ?? [];
      return spawnSync(program, args, {
        encoding: "utf8",
        env: {
          PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
          KAFKA_PASSWORD: "it's a $ecret\n",
          KAFKA_CA: PEM,
          ...env,
        },
      });
    }

    test("is content with the Secrets that Filebeat was started with, and then asks Filebeat", () => {
      const { status, stdout, stderr } = ask(secure);
      expect({ status, stdout, stderr }).toEqual({
        status: 0,
        stdout: "-fsS -o /dev/null http://127.0.0.1:5066/\n",
        stderr: "",
      });
      expect(ask(secure, { CURL_EXIT: "7" }).status).toBe(7);
    });

    test.each([
      ["another password", "filebeat-user/password", "another"],
      ["no password", "filebeat-user/password", ""],
      ["a longer password", "filebeat-user/password", "it's a $ecret\nand more"],
      ["another authority", "authority/ca.crt", PEM.replace("AAAA", "BBBB")],
      ["one authority more", "authority/ca.crt", PEM + PEM],
    ])("is not with %s, without asking Filebeat", (_, file, content) => {
      renew(file, content);
      const { status, stdout } = ask(secure);
      expect(status).not.toBe(0);
      expect(stdout).toBe("");
      // The container that is started then has the new one.
      expect(ask(secure, { [file === "authority/ca.crt" ? "KAFKA_CA" : "KAFKA_PASSWORD"]: content }).status).toBe(0);
    });

    test("a file that cannot be read is no reason to go on", () => {
      rmSync(join(folder, "authority/ca.crt"));
      expect(ask(secure).status).not.toBe(0);
    });

    test("compares what there is: only a password, only an authority, nothing", () => {
      const { tls, credentials } = SECURE;
      const onlyAuthority = synth({ kafka: { ...KAFKA, tls } });
      const onlyPassword = synth({ kafka: { ...KAFKA, tls: {}, credentials } });
      renew("filebeat-user/password", "another");
      expect([ask(onlyAuthority).status, ask(onlyPassword).status, ask(smallest).status]).toEqual([0, 1, 0]);
      renew("filebeat-user/password", "it's a $ecret");
      renew("authority/ca.crt", "another");
      expect([ask(onlyAuthority).status, ask(onlyPassword).status, ask(smallest).status]).toEqual([1, 0, 0]);
    });

    test("has a minute's patience, in which the file and the brokers catch up; no other probe asks", () => {
      const {
        startup_probe: startup,
        readiness_probe: readiness,
        liveness_probe: liveness,
      } = secure.container("daemon_set_v1", "filebeat");
      expect((liveness?.period_seconds ?? 0) * (liveness?.failure_threshold ?? 0)).toBe(60);
      for (const probe of [startup, readiness]) expect(probe?.exec?.command[0]).toBe("curl");
    });

    test("every variable that it compares is the Secret that is mounted where it looks", () => {
      const env = secure.env("daemon_set_v1", "filebeat");
      const volumes = secure.pod("daemon_set_v1", "filebeat").spec.volume ?? [];
      const mounts = secure.container("daemon_set_v1", "filebeat").volume_mount ?? [];
      const script = secure.container("daemon_set_v1", "filebeat").liveness_probe?.exec?.command[2] ?? "";
      const compared = [...script.matchAll(/"\$(\w+)"\)" = "\$\(cat (\S+)\/([^/\s)]+)\)"/g)];
      expect(compared).toHaveLength(2);
      for (const [, variable = "", directory, key] of compared) {
        const volume = volumes.find(({ name }) => name === mounts.find((one) => one.mount_path === directory)?.name);
        expect(env[variable]).toBe(`${String(volume?.secret?.["secret_name"])}/${key}`);
        expect(volume?.secret?.["items"]).toEqual([{ key, path: key }]);
      }
    });
  });

  describe("with users", () => {
    const settings = parseWriteAccessSettings(secure.env("daemon_set_v1", "filebeat", "wait-for-kafka"));

    test("Filebeat starts after it may write to its topic", () => {
      const { init_container: inits } = secure.pod("daemon_set_v1", "filebeat").spec;
      expect(inits?.at(-1)).toMatchObject({ image: "consumer:1", args: ["kafka", "wait-writable"] });
      expect(settings).toMatchObject({
        KAFKA_BROKERS: configOf(secure).output.kafka["hosts"],
        KAFKA_TOPIC: configOf(secure).output.kafka["topic"],
        KAFKA_SASL_MECHANISM: "PLAIN",
        KAFKA_USERNAME: "filebeat",
      });
    });

    test("it waits with the Secrets that Filebeat gets", () => {
      const file = (path = "") => secure.secretFile("daemon_set_v1", "filebeat", path, "wait-for-kafka");
      expect([file(settings.KAFKA_PASSWORD_FILE), file(settings.KAFKA_CA_FILE)]).toEqual([
        secure.env("daemon_set_v1", "filebeat")["KAFKA_PASSWORD"],
        "authority/ca.crt",
      ]);
    });

    test("every object that a container names is there", () => expect(brokenRelations(secure)).toEqual([]));

    test("without users nothing waits", () => {
      const anonymous = synth({ kafka: { ...KAFKA, tls: {} } });
      const names = (anonymous.pod("daemon_set_v1", "filebeat").spec.init_container ?? []).map(({ name }) => name);
      expect(names).not.toContain("wait-for-kafka");
    });
  });

  test("a public authority needs no Secret", () => {
    const json = synth({ kafka: { ...KAFKA, tls: {} } });
    expect(configOf(json).output.kafka["ssl"]).toEqual({ enabled: true });
    expect(mountsOf(json)).toEqual(mountsOf(smallest));
  });
});

describe("what cannot work is refused", () => {
  test.each<[FilebeatDaemonSetProps["maxUnavailable"], boolean]>([
    [1, true],
    [0, false],
    [1.5, false],
    ["1%", true],
    ["100%", true],
    ["0%", false],
    ["101%", false],
    ["1.5%", false],
  ])("maxUnavailable %s: %s", (maxUnavailable, valid) => {
    const make = () => synth(maxUnavailable === undefined ? {} : { maxUnavailable });
    if (valid) expect(make).not.toThrow();
    else {
      expect(make).toThrow(
        new ConfigurationError([
          `Filebeat: 'maxUnavailable' (${maxUnavailable}) must be a whole number of at least 1, or 1% to 100%: without any node to begin with, no update would ever end`,
        ]),
      );
    }
  });

  test("a line that no message takes", () => {
    expect(() => synth({ maxLine: Size.mebibytes(2) })).toThrow(
      "Filebeat: a line of 'maxLineBytes' (2097152) can need 12599296 bytes as JSON, but topic 'logs' takes 'maxMessageBytes' (8388608)",
    );
  });

  test("a password in the clear", () => {
    const credentials = { mechanism: "PLAIN", username: "u", password: SecretRef.of("s", "k") } as const;
    expect(() => synth({ kafka: { ...KAFKA, credentials } })).toThrow("Filebeat: user 'u' without TLS would send");
  });
});
