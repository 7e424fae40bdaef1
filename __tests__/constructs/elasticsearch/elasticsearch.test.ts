import { describe, expect, test } from "@jest/globals";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { ElasticsearchContainer, type ElasticsearchContainerProps } from "../../../constructs/elasticsearch/container";
import { elasticsearchHeap, heapProblems, MAX_HEAP, memoryProblems } from "../../../constructs/elasticsearch/heap";
import { type DockerJson, synthOnSite } from "../../support/docker-json";

describe("heap", () => {
  test.each([
    [Size.mebibytes(1024), Size.mebibytes(512)],
    [Size.mebibytes(1025), Size.mebibytes(512)],
    [Size.gibibytes(60), Size.gibibytes(30)],
    [Size.gibibytes(61), Size.gibibytes(30)],
    [Size.gibibytes(256), Size.gibibytes(30)],
  ])("of %s memory it is %s", (memory, heap) => {
    expect(elasticsearchHeap(memory).toString()).toBe(heap.toString());
  });

  test.each([
    ["half of the memory", Size.mebibytes(512), Size.gibibytes(1)],
    ["the most that keeps pointers compressed", MAX_HEAP, Size.gibibytes(128)],
  ])("%s is right", (_, heap, memory) => {
    expect(heapProblems(heap, memory)).toEqual([]);
  });

  test.each([
    [Size.mebibytes(513), Size.gibibytes(1), "512 MiB"],
    [Size.gibibytes(31), Size.gibibytes(128), "30 GiB"],
  ])("%s of %s memory is too much", (heap, memory, largest) => {
    expect(heapProblems(heap, memory)).toEqual([
      `Elasticsearch: 'heap' (${heap}) must be at most ${largest}: half of 'memory' (${memory}) and never above 30 GiB; lower it or give more memory`,
    ]);
  });
});

describe("memory", () => {
  test("of a gibibyte is enough", () => {
    expect(memoryProblems(Size.gibibytes(1))).toEqual([]);
  });

  test("of less is not", () => {
    expect(memoryProblems(Size.mebibytes(1023))).toEqual([
      "Elasticsearch: 'memory' (1023 MiB) must be at least 1 GiB: with less it is killed as soon as it has work to do; give more",
    ]);
  });
});

describe("container", () => {
  const PROPS: ElasticsearchContainerProps = {
    image: ContainerImage.of("elasticsearch:1"),
    memory: Size.mebibytes(1200),
    machinePort: 19200,
  };
  let made: ElasticsearchContainer | undefined;
  function synth(change: Partial<ElasticsearchContainerProps> = {}): DockerJson {
    return synthOnSite((stack, site) => {
      made = new ElasticsearchContainer(stack, "Elasticsearch", site, { ...PROPS, ...change });
    });
  }

  test.each([
    ["half of the memory by default", {}, "600m"],
    ["what is stated", { heap: Size.mebibytes(300) }, "300m"],
    ["at most half of the memory", { heap: Size.mebibytes(600) }, "600m"],
  ])("the heap is %s, as much at the start as ever", (_, change, size) => {
    expect(synth(change).env("elasticsearch")["ES_JAVA_OPTS"]).toMatch(new RegExp(` -Xms${size} -Xmx${size}$`));
  });

  test("a heap above half of the memory, and too little of it, are told at once", () => {
    expect(() => synth({ memory: Size.mebibytes(1000), heap: Size.mebibytes(501) })).toThrow(
      new ConfigurationError([
        "Elasticsearch: 'memory' (1000 MiB) must be at least 1 GiB: with less it is killed as soon as it has work to do; give more",
        "Elasticsearch: 'heap' (501 MiB) must be at most 500 MiB: half of 'memory' (1000 MiB) and never above 30 GiB; lower it or give more memory",
      ]),
    );
  });

  test("security is off, and nothing is said about users", () => {
    const settings = Object.entries(synth().env("elasticsearch")).filter(([name]) => name.startsWith("xpack."));
    expect(settings).toEqual([["xpack.security.enabled", "false"]]);
    for (const connection of [made?.grantRead(), made?.grantIndex("test"), made?.grantKibana()]) {
      expect(connection).not.toHaveProperty("credentials");
      expect(connection).not.toHaveProperty("endpoint");
    }
  });

  test("data is on a volume, the port on loopback, and a client is sent to the container's own port", () => {
    const json = synth();
    const { volumes = [], ports = [] } = json.container("elasticsearch");
    const name = (volume: string | undefined) => (volume === undefined ? "anonymous" : json.nameOf(volume));
    expect(volumes.map((volume) => [name(volume.volume_name), volume.container_path, volume.read_only])).toEqual([
      ["site-elasticsearch-data", "/usr/share/elasticsearch/data", false],
      ["anonymous", "/usr/share/elasticsearch/config", false],
    ]);
    expect(ports).toEqual([{ internal: 9200, external: 19200, ip: "127.0.0.1", protocol: "tcp" }]);
    const urls = [`http://elasticsearch:${ports[0]?.internal}`];
    expect(made?.grantIndex("test")).toMatchObject({
      urls,
      dataStream: "logs-app-test",
      deadLetterStream: "logs-app.dead_letter-test",
    });
    expect(made?.grantRead()).toMatchObject({ urls });
    expect(made?.grantManageContent()).toMatchObject({ urls });
    expect(made?.grantKibana()).toMatchObject({ urls });
    expect(made?.grantRead().ready).toHaveLength(1);
  });

  test("disk is watched in bytes, in the order in which Elasticsearch needs it", () => {
    const env = synth().env("elasticsearch");
    const mark = (name: string) =>
      Number(/^(\d+)mb$/.exec(env[`cluster.routing.allocation.disk.watermark.${name}`] ?? "")?.[1]);
    expect(mark("low")).toBeGreaterThan(mark("high"));
    expect(mark("high")).toBeGreaterThan(mark("flood_stage"));
    expect(mark("flood_stage")).toBeGreaterThan(0);
  });
});
