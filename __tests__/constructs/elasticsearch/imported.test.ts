import { describe, expect, test } from "@jest/globals";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { ConfigurationError } from "../../../constructs/core/validation";
import type { IElasticsearch } from "../../../constructs/elasticsearch/cluster";
import type { ElasticsearchAttributes } from "../../../constructs/elasticsearch/imported";
import { Elasticsearch } from "../../../constructs/elasticsearch/stateful-set";
import { PodGroup } from "../../../constructs/kubernetes/network";
import { stackWithSite, synthOnSite } from "../../support/kubernetes-json";

const user = (right: string) => ({ username: `our-${right}`, password: SecretRef.of(`their-${right}`, "password") });
const ATTRIBUTES: ElasticsearchAttributes = {
  urls: ["https://search.example.com:9243", "https://other.example.com"],
  credentials: { index: user("index"), read: user("read"), content: user("content"), kibana: user("kibana") },
};

function imported(change: Partial<ElasticsearchAttributes> = {}): IElasticsearch {
  return Elasticsearch.fromAttributes(stackWithSite().stack, "Search", { ...ATTRIBUTES, ...change });
}

const GRANTS: [keyof ElasticsearchAttributes["credentials"], (from: IElasticsearch) => unknown][] = [
  ["index", (from) => from.grantIndex("test")],
  ["read", (from) => from.grantRead()],
  ["content", (from) => from.grantManageContent()],
  ["kibana", (from) => from.grantKibana()],
];

describe("the right", () => {
  test.each(GRANTS)("'%s' is that of the user who was named for it", (right, grant) => {
    expect(grant(imported())).toMatchObject({ urls: ATTRIBUTES.urls, credentials: user(right), ready: [] });
    expect(grant(imported())).not.toHaveProperty("ca");
    const ca = SecretRef.of("their-ca", "ca.crt");
    expect(grant(imported({ ca }))).toMatchObject({ ca });
  });

  test.each(GRANTS)("'%s' is refused where no user has it", (right, grant) => {
    const others = Object.entries(ATTRIBUTES.credentials).filter(([one]) => one !== right);
    const without = imported({ credentials: Object.fromEntries(others) });
    expect(() => grant(without)).toThrow(
      new ConfigurationError([
        `imported Elasticsearch: the right '${right}' is granted, and no user has it: add 'credentials.${right}'`,
      ]),
    );
    for (const [other, allowed] of GRANTS) if (other !== right) expect(() => allowed(without)).not.toThrow();
  });

  test("to index names the stream", () => {
    expect(imported().grantIndex("test").dataStream).toBe("logs-app-test");
  });
});

describe("its clients' policies", () => {
  const egress = (change: Partial<ElasticsearchAttributes>) => {
    const json = synthOnSite((stack, site) => {
      const search = Elasticsearch.fromAttributes(stack, "Search", { ...ATTRIBUTES, ...change });
      const { endpoint } = search.grantRead();
      new PodGroup(stack, site, "client").allowTo(endpoint!);
    });
    expect(Object.keys(json.policies())).toEqual(["client-to-elasticsearch"]);
    return json.policies()["client-to-elasticsearch"]?.spec.egress?.[0];
  };

  test("allow the ports of its URLs, to any address", () => {
    const rule = egress({});
    expect(rule?.ports.map(({ port }) => port)).toEqual(["9243", "443"]);
    expect(rule).not.toHaveProperty("to");
    expect(egress({ urls: ["https://one.example.com", "https://two.example.com"] })?.ports).toHaveLength(1);
  });

  test("allow only the addresses that are named", () => {
    expect(egress({ cidrs: ["10.1.0.0/16", "2001:db8::/32"] })?.to).toEqual([
      { ip_block: { cidr: "10.1.0.0/16" } },
      { ip_block: { cidr: "2001:db8::/32" } },
    ]);
  });
});

describe("refused is", () => {
  const URL_OF = "'https://search.example.com:9243'";
  test.each<[string, Partial<ElasticsearchAttributes>, string]>([
    ["no URL", { urls: [] }, "'urls' is empty: name one URL or more"],
    [
      "a host",
      { urls: ["search.example.com:9243"] },
      `'search.example.com:9243' in 'urls' is no URL such as ${URL_OF}: correct it`,
    ],
    [
      "another protocol",
      { urls: ["ftp://search"] },
      `'ftp://search' in 'urls' is no URL such as ${URL_OF}: correct it`,
    ],
    ["what is no URL", { urls: ["https://"] }, `'https://' in 'urls' is no URL such as ${URL_OF}: correct it`],
    [
      "a way that is not encrypted",
      { urls: ["https://a", "http://search:9200"] },
      "'http://search:9200' in 'urls' would show the passwords of 'credentials' to anybody on the way: use https",
    ],
    [
      "a password in a URL, which is not repeated",
      { urls: ["https://me:secret@search:9200"] },
      "the URL of host 'search:9200' has a user or a password in it, which would be in Terraform's state: name them in 'credentials'",
    ],
    ["an address", { cidrs: ["10.0.0.1"] }, "'10.0.0.1' in 'cidrs' is no range such as '10.0.0.0/16': correct it"],
    [
      "too long a mask",
      { cidrs: ["10.0.0.0/33"] },
      "'10.0.0.0/33' in 'cidrs' is no range such as '10.0.0.0/16': correct it",
    ],
  ])("%s", (_, change, problem) => {
    expect(() => imported(change)).toThrow(new ConfigurationError([`imported Elasticsearch: ${problem}`]));
  });

  test("several things at once", () => {
    expect(() => imported({ urls: ["x", "http://y"], cidrs: ["z", "10.0.0.0/8"] })).toThrow(
      expect.objectContaining({ problems: [expect.anything(), expect.anything(), expect.anything()] }),
    );
  });

  test("no mask of a whole address, and none of nothing", () => {
    expect(() => imported({ cidrs: ["10.0.0.0/32", "::/0"] })).not.toThrow();
  });
});
