import { describe, expect, test } from "@jest/globals";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { Construct } from "constructs";
import { ContentContainer } from "../../../constructs/content/container";
import { ContentJob } from "../../../constructs/content/job";
import type { ContentProps } from "../../../constructs/content/settings";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { PodGroup } from "../../../constructs/kubernetes/network";
import { parseContentSettings } from "../../../contract/content-settings";
import * as docker from "../../support/docker-json";
import * as kubernetes from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const PROPS: ContentProps = {
  image: ContainerImage.of("consumer:1"),
  elasticsearch: { urls: ["http://one:9200"], ready: [] },
  indices: { CONTENT_SHARDS: 3, CONTENT_REPLICAS: 0, CONTENT_REFRESH_INTERVAL: Duration.hours(1).toString() },
};
const TOLD = {
  ELASTICSEARCH_URLS: ["http://one:9200"],
  CONTENT_SHARDS: 3,
  CONTENT_REPLICAS: 0,
  CONTENT_REFRESH_INTERVAL: "1h",
};

function inContainer(change: Partial<ContentProps> = {}): docker.DockerJson {
  return docker.synthOnSite(
    (stack, site) => void new ContentContainer(stack, "Content", site, { ...PROPS, ...change }),
  );
}

function asJob(change: Partial<ContentProps> = {}): kubernetes.KubernetesJson {
  return kubernetes.synthOnSite((stack, site) => void new ContentJob(stack, "Content", site, { ...PROPS, ...change }));
}

describe("in a container and as a Job", () => {
  const json = asJob();
  const inDocker = inContainer();

  test("the program reads what the construct was told", () => {
    for (const env of [inDocker.env("content"), json.env("job_v1", "content")])
      expect(parseContentSettings(env)).toMatchObject(TOLD);
  });

  test("nothing says how long an index lives, nor copies it, unless it is told", () => {
    const parsed = parseContentSettings(json.env("job_v1", "content"));
    expect(parsed).not.toHaveProperty("CONTENT_LIFECYCLE");
    expect(parsed).not.toHaveProperty("CONTENT_SNAPSHOTS");
  });

  test("a lifecycle and snapshots reach it, in its units", () => {
    const change = {
      indices: {
        lifecycle: {
          rolloverSize: Size.gibibytes(2),
          rolloverAge: Duration.hours(3),
          warmAfter: Duration.minutes(4),
          deleteAfter: Duration.days(5),
        },
        snapshots: {
          repository: { kind: "gcs", bucket: "six", basePath: "seven" },
          schedule: "8 9 10 * * ?",
          expireAfter: Duration.days(11),
          minCount: 12,
          maxCount: 13,
        },
      },
    } satisfies Partial<ContentProps>;
    for (const env of [inContainer(change).env("content"), asJob(change).env("job_v1", "content")]) {
      expect(parseContentSettings(env)).toMatchObject({
        CONTENT_LIFECYCLE: {
          rolloverSizeBytes: 2 * 1024 ** 3,
          rolloverAgeMs: 3 * 3_600_000,
          warmAfterMs: 4 * 60_000,
          deleteAfterMs: 5 * 86_400_000,
        },
        CONTENT_SNAPSHOTS: {
          repository: { kind: "gcs", bucket: "six", basePath: "seven" },
          schedule: "8 9 10 * * ?",
          expireAfterMs: 11 * 86_400_000,
          minCount: 12,
          maxCount: 13,
        },
      });
    }
  });

  test("without warm nodes nothing is moved", () => {
    const lifecycle = { rolloverSize: Size.bytes(1), rolloverAge: Duration.hours(1), deleteAfter: Duration.hours(2) };
    const parsed = parseContentSettings(asJob({ indices: { lifecycle } }).env("job_v1", "content"));
    expect(parsed.CONTENT_LIFECYCLE).toEqual({
      rolloverSizeBytes: 1,
      rolloverAgeMs: 3_600_000,
      deleteAfterMs: 7_200_000,
    });
  });

  test("it is `content apply`, run once", () => {
    const command = ["content", "apply"];
    expect(inDocker.container("content")).toMatchObject({ command, restart: "no", must_run: false });
    expect(json.container("job_v1", "content")).toMatchObject({ args: command });
    expect(json.job("content")).toMatchObject({ wait_for_completion: true });
    expect(brokenRelations(json)).toEqual([]);
  });

  test("what the program would refuse is refused at synth", () => {
    const change = { indices: { CONTENT_SHARDS: 0 } };
    for (const synth of [inContainer, asJob]) expect(() => synth(change)).toThrow('CONTENT_SHARDS ("0"): ');
  });
});

describe("the Job", () => {
  test("proves who it is with files of Secrets", () => {
    const json = asJob({
      elasticsearch: {
        urls: ["https://one:9200"],
        ca: SecretRef.of("authority", "ca.crt"),
        credentials: { username: "content", password: SecretRef.of("user", "password") },
        ready: [],
      },
    });
    expect(parseContentSettings(json.env("job_v1", "content"))).toMatchObject({
      ELASTICSEARCH_USERNAME: "content",
      ELASTICSEARCH_CA_FILE: "/run/secrets/authority/ca.crt",
      ELASTICSEARCH_PASSWORD_FILE: "/run/secrets/user/password",
    });
    const paths = (json.container("job_v1", "content").volume_mount ?? []).map((mount) => mount.mount_path);
    expect(paths).toEqual(expect.arrayContaining(["/run/secrets/authority", "/run/secrets/user"]));
    expect(brokenRelations(json)).toEqual([]);
  });

  test("is let through to Elasticsearch, waits for it, and is what others wait for", () => {
    const json = kubernetes.synthOnSite((stack, site) => {
      const node = new ConfigMapV1(stack, "Node", { metadata: site.metadata("node") });
      const pods = new PodGroup(new Construct(stack, "Elasticsearch"), site, "elasticsearch");
      const { applied } = new ContentJob(stack, "Content", site, {
        ...PROPS,
        elasticsearch: { ...PROPS.elasticsearch, endpoint: pods.endpoint([9200]), ready: [node] },
      });
      new ConfigMapV1(stack, "Later", { metadata: site.metadata("later"), dependsOn: [applied] });
    });
    expect(Object.keys(json.policies()).sort()).toEqual(["content-to-elasticsearch", "elasticsearch-from-content"]);
    expect(json.dependencies(json.job("content"))).toEqual(["config_map_v1/node"]);
    expect(json.dependencies(json.named("config_map_v1", "later"))).toEqual([
      `job_v1/${json.job("content").metadata.name}`,
    ]);
  });
});
