import { describe, expect, test } from "@jest/globals";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { Construct } from "constructs";
import { ContentContainer } from "../../../constructs/content/container";
import { ContentJob, type ContentJobProps } from "../../../constructs/content/job";
import type { ContentProps } from "../../../constructs/content/settings";
import { ContainerImage } from "../../../constructs/core/container-image";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { PodGroup } from "../../../constructs/kubernetes/network";
import { REFUSED_EXIT_CODE } from "../../../consumer/src/commands/content-apply";
import { parseContentSettings } from "../../../contract/content-settings";
import { LogIndices } from "../../../constructs/content/indices/log-indices";
import { bundle, INDICES, logContent, parseContentFile } from "../../support/content";
import * as docker from "../../support/docker-json";
import * as kubernetes from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

/** Of so many shards. */
function bundleOf(shards = 1) {
  const into = bundle();
  new LogIndices(into, "Indices", { ...INDICES, shards });
  return into;
}

const PROPS: ContentProps & { elasticsearch: object } = {
  name: "content",
  image: ContainerImage.of("consumer:1"),
  bundle: bundleOf(),
  elasticsearch: { urls: ["http://one:9200"], ready: [] },
};

function inContainer(change: Partial<ContentProps> = {}): docker.DockerJson {
  return docker.synthOnSite(
    (stack, site) => void new ContentContainer(stack, "Content", site, { ...PROPS, ...change }),
  );
}

function asJob(change: Partial<ContentJobProps> = {}): kubernetes.KubernetesJson {
  return kubernetes.synthOnSite((stack, site) => void new ContentJob(stack, "Content", site, { ...PROPS, ...change }));
}

describe("in a container and as a Job", () => {
  const json = asJob();
  const inDocker = inContainer();

  test("the program reads where to put what, in a file that a review sees whole", () => {
    expect(parseContentFile(json.file("content", "content.json"))).toEqual(logContent());
    expect(parseContentFile(inDocker.env("content")["FILE_0"]!)).toEqual(logContent());
    for (const [env, file] of [
      [json.env("job_v1", "content"), "/etc/log-pipeline/content.json"],
      [inDocker.env("content"), "/tmp/content.json"],
    ] as const) {
      expect(parseContentSettings(env)).toMatchObject({
        ELASTICSEARCH_URLS: ["http://one:9200"],
        CONTENT_FILE: file,
        CONTENT_ALLOW: [],
      });
    }
  });

  test("it is `content apply`, run once", () => {
    const command = ["content", "apply"];
    expect(inDocker.container("content")).toMatchObject({ command, restart: "no", must_run: false });
    expect(json.container("job_v1", "content")).toMatchObject({ args: command });
    expect(json.job("content")).toMatchObject({ wait_for_completion: true });
    expect(brokenRelations(json)).toEqual([]);
  });

  test("what may be taken away from people is said where it is allowed", () => {
    const change = { allow: ["shorter-retention" as const] };
    for (const env of [inContainer(change).env("content"), asJob(change).env("job_v1", "content")])
      expect(parseContentSettings(env).CONTENT_ALLOW).toEqual(["shorter-retention"]);
  });

  test("Kibana is reached with files of Secrets too", () => {
    const { elasticsearch: _, ...nowhere } = PROPS;
    const json = kubernetes.synthOnSite(
      (stack, site) =>
        void new ContentJob(stack, "Content", site, {
          ...nowhere,
          kibana: {
            url: "https://kibana:5601",
            ca: SecretRef.of("authority", "ca.crt"),
            credentials: { username: "kibana-content", password: SecretRef.of("user", "password") },
            ready: [],
          },
        }),
    );
    const settings = parseContentSettings(json.env("job_v1", "content"));
    expect(settings).toMatchObject({
      KIBANA_URL: "https://kibana:5601",
      KIBANA_USERNAME: "kibana-content",
      KIBANA_CA_FILE: "/run/secrets/authority/ca.crt",
      KIBANA_PASSWORD_FILE: "/run/secrets/user/password",
    });
    expect(settings.ELASTICSEARCH_URLS).toBeUndefined();
  });
});

describe("the Job", () => {
  test("is another one when what it puts has changed", () => {
    const name = (json: kubernetes.KubernetesJson) => json.job("content").metadata.name;
    expect(name(asJob({ bundle: bundleOf(1) }))).toBe(name(asJob()));
    expect(name(asJob({ bundle: bundleOf(2) }))).not.toBe(name(asJob()));
  });

  test("is tried again, but not after an answer that another try would not change", () => {
    const { spec } = asJob().job("content") as unknown as {
      spec: { backoff_limit: number; pod_failure_policy: object; template: { spec: { restart_policy: string } } };
    };
    expect(spec.backoff_limit).toBeGreaterThan(1);
    // Kubernetes takes a policy about exit codes with this only.
    expect(spec.template.spec.restart_policy).toBe("Never");
    expect(spec.pod_failure_policy).toEqual({
      rule: [
        {
          action: "FailJob",
          on_exit_codes: { container_name: "content", operator: "In", values: [2, REFUSED_EXIT_CODE] },
        },
      ],
    });
  });

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
    expect(json.dependencies(json.job("content"))).toEqual(["config_map_v1/content", "config_map_v1/node"]);
    expect(json.dependencies(json.named("config_map_v1", "later"))).toEqual([
      `job_v1/${json.job("content").metadata.name}`,
    ]);
  });
});

describe("healing", () => {
  const heal = { healEvery: "17 3 * * *" };

  test("is not done unless it is said when", () => {
    expect(asJob().resources("cron_job_v1")).toEqual([]);
  });

  test("runs the program of the Job with the file of the Job, and leaves the Job as it is", () => {
    const json = asJob(heal);
    expect(json.named("cron_job_v1", "content-heal").spec.schedule).toBe("17 3 * * *");
    expect(json.pod("cron_job_v1", "content-heal")).toEqual(json.pod("job_v1", "content"));
    const ofJob = json.job("content");
    expect(json.named("cron_job_v1", "content-heal").spec.job_template.spec).toMatchObject({
      backoff_limit: ofJob.spec.backoff_limit,
      pod_failure_policy: ofJob.spec.pod_failure_policy,
    });
    expect(json.resources("config_map_v1").map(({ metadata }) => metadata.name)).toEqual(["content"]);
    expect(ofJob).toEqual(asJob().job("content"));
  });

  test("follows the content as the Job does, and begins after it", () => {
    const [one, two] = [1, 2].map((shards) => asJob({ ...heal, bundle: bundleOf(shards) }));
    const annotations = (json = one) => json?.pod("cron_job_v1", "content-heal").metadata.annotations;
    expect(annotations(one)).toBeDefined();
    expect(annotations(two)).not.toEqual(annotations(one));
    expect(annotations(two)).toEqual(two?.pod("job_v1", "content").metadata.annotations);
    expect(two?.dependencies(two.named("cron_job_v1", "content-heal"))).toEqual([
      `job_v1/${two?.job("content").metadata.name}`,
    ]);
  });

  test("takes nothing away from people, whatever a deploy may", () => {
    const json = asJob({ ...heal, allow: ["shorter-retention"] });
    const { CONTENT_ALLOW: allowed, ...others } = parseContentSettings(json.env("job_v1", "content"));
    expect(allowed).toEqual(["shorter-retention"]);
    expect(parseContentSettings(json.env("cron_job_v1", "content-heal"))).toEqual({ ...others, CONTENT_ALLOW: [] });
  });

  test("reaches what the Job reaches, by the same policies", () => {
    const policies = (change: Partial<ContentJobProps>) => {
      const json = kubernetes.synthOnSite((stack, site) => {
        const pods = new PodGroup(new Construct(stack, "Elasticsearch"), site, "elasticsearch");
        const elasticsearch = { ...PROPS.elasticsearch, endpoint: pods.endpoint([9200]) };
        new ContentJob(stack, "Content", site, { ...PROPS, elasticsearch, ...change });
      });
      return json.policies();
    };
    expect(Object.keys(policies(heal)).sort()).toEqual(["content-to-elasticsearch", "elasticsearch-from-content"]);
    expect(policies(heal)).toEqual(policies({}));
    // Which of the pods they select is a matter of labels.
    const selector = policies(heal)["content-to-elasticsearch"]?.spec.pod_selector.match_labels;
    expect(asJob(heal).pod("cron_job_v1", "content-heal").metadata.labels).toMatchObject(selector ?? { none: "" });
  });
});
