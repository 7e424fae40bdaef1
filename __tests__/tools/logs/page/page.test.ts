import { beforeAll, describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import type { AskingPanel } from "../../../../constructs/content/dashboards/panel";
import { servicesOverview } from "../../../../constructs/content/dashboards/services-overview";
import type { PanelQuery, Row } from "../../../../constructs/content/query/panel-query";
import { answersOf, narrowed, type PanelAnswer } from "../../../../tools/logs/page/answers";
import { describe as inWords } from "../../../../tools/logs/page/describe";
import { html, jsonContent } from "../../../../tools/logs/page/html";
import { renderPage } from "../../../../tools/logs/page/page";
import { pageProgram } from "../../../../tools/logs/page/program";
import { tableOf } from "../../../../tools/logs/page/table";

const EVIL = `</script><script>alert(1)</script><img src=x onerror="alert('2')">&amp;\u2028`;
const RANGE = { from: Date.UTC(2026, 0, 31, 10), to: Date.UTC(2026, 0, 31, 11) };
const AT = RANGE.from + 60_000;

const answered = (panel: AskingPanel, rows: readonly Row[]): PanelAnswer => ({ panel, rows, lines: [] });
const VOLUME = {
  kind: "time series",
  title: "Volume",
  metrics: [{ of: "count", label: "Lines" }],
  splitBy: { by: "terms", field: "service.name", limit: 5 },
} as const satisfies AskingPanel;
const SERVICES = {
  kind: "table",
  title: "Services",
  rows: [{ by: "terms", field: "service.name", label: "Service", limit: 5 }],
  metrics: [{ of: "count", label: "Lines" }],
} as const satisfies AskingPanel;

function page(rows: readonly (readonly PanelAnswer[])[], of = "Environment local", program = "draw()"): string {
  return renderPage({ title: "Overview", description: "How it is.", of, range: RANGE, rows, program });
}

/** The data of a page's charts. */
function charts(
  text: string,
): Record<string, { readonly option: { readonly series: readonly { readonly name: string }[] } }> {
  const [, json = ""] = /<script type="application\/json" id="charts">([\s\S]*?)<\/script>/.exec(text) ?? [];
  return JSON.parse(json);
}

describe("html", () => {
  test("escapes whatever is put into it, in text and in attributes, and nothing twice", () => {
    expect(html`<p title="${`"'\``}">${"<b>&"}${[html`<i>${1}</i>`, undefined]}</p>`.text).toBe(
      '<p title="&#34;&#39;&#96;">&#60;b&#62;&#38;<i>1</i></p>',
    );
  });

  test("data for a script can be read again, and ends no element", () => {
    const { text } = jsonContent({ [EVIL]: EVIL });
    expect(text).not.toMatch(/[<>&\u2028]/);
    expect(JSON.parse(text)).toEqual({ [EVIL]: EVIL });
  });
});

describe("the page", () => {
  const hostile = page(
    [[answered(VOLUME, [{ keys: [EVIL, AT], values: [2] }]), answered(SERVICES, [{ keys: [EVIL], values: [2] }])]],
    EVIL,
  );

  test("what a log says is text in it: no element, no attribute, no script", () => {
    expect(hostile.match(/<script/g)).toHaveLength(2);
    expect(hostile.match(/<\/script/g)).toHaveLength(2);
    expect(hostile).not.toContain("<img");
    expect(hostile).toContain("&#60;img src=x onerror=&#34;");
  });

  test("its charts have it as it is", () => {
    expect(charts(hostile)["chart-1"]?.option.series.map(({ name }) => name)).toEqual([EVIL]);
  });

  test("may run its own program and nothing else, and fetch nothing", () => {
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page([], "", "draw( )")) ?? [];
    const hash = createHash("sha256").update("draw( )").digest("base64");
    expect(policy.replaceAll("&#39;", "'").split("; ")).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hash}'`,
      "style-src 'unsafe-inline'",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page([], "", "draw( )")).toContain("<script>draw( )</script>");
  });

  test("names no other address", () => {
    expect(page([]).match(/\b(?:src|href)=|url\(|@import|https?:/g)).toBeNull();
  });

  test("each chart is drawn from its own data, is told in words, and is a table as well", () => {
    const text = page([
      [
        answered(VOLUME, [{ keys: ["orders", AT], values: [2] }]),
        answered({ ...VOLUME, title: "Other" }, [{ keys: ["gateway", AT], values: [3] }]),
      ],
    ]);
    expect([...text.matchAll(/data-chart="([^"]+)"/g)].map(([, name]) => name)).toEqual(["chart-1", "chart-2"]);
    expect(Object.values(charts(text)).map(({ option }) => option.series.map(({ name }) => name))).toEqual([
      ["orders"],
      ["gateway"],
    ]);
    expect(text).toContain('aria-label="Other (Lines): gateway 3"');
    expect(text.match(/<table>/g)).toHaveLength(2);
  });
});

describe("a panel in words", () => {
  const series = (rows: readonly Row[]) => inWords(answered(VOLUME, rows));

  test("adds what was counted at several times, the most first", () => {
    const rows = [
      { keys: ["a", AT], values: [1] },
      { keys: ["a", AT + 1], values: [2] },
      { keys: ["b", AT], values: [1000] },
    ];
    expect(series(rows)).toBe("Volume (Lines): b 1,000, a 3");
  });

  test("tells the highest of what cannot be added", () => {
    const panel = {
      ...VOLUME,
      metrics: [{ of: "share", that: { field: "tags", exists: true }, label: "Rate" }],
    } as const;
    const rows = [
      { keys: ["a", AT], values: [0.5] },
      { keys: ["a", AT + 1], values: [0.75] },
      { keys: ["b", AT], values: [null] },
    ];
    expect(inWords(answered(panel, rows))).toBe("Volume (highest Rate): a 75 %");
  });

  test("names five and counts the others", () => {
    const rows = Array.from({ length: 7 }, (_, n) => ({ keys: [`s${n}`, AT], values: [7 - n] }));
    expect(series(rows)).toBe("Volume (Lines): s0 7, s1 6, s2 5, s3 4, s4 3 and 2 more");
  });

  test("of a number has it, and what is beside it", () => {
    const panel = {
      kind: "number",
      title: "Errors",
      metric: { of: "count", label: "Errors" },
      beside: { of: "share", that: { field: "tags", exists: true } },
    } as const;
    expect(inWords(answered(panel, [{ keys: [], values: [2, 0.5] }]))).toBe("Errors: 2, Share 50 %");
  });

  test("of nothing says so", () => expect(series([])).toBe("Volume: nothing"));
});

describe("a panel as a table", () => {
  const cells = (answer: PanelAnswer) =>
    [...tableOf(answer).text.matchAll(/<t[hd]\b[^>]*>([^<]*)</g)].map(([, cell]) => cell);

  test("has labels, formats, and every row of a table, also of nothing", () => {
    const panel = {
      ...SERVICES,
      metrics: [...SERVICES.metrics, { of: "max", field: "@timestamp", label: "Last" }],
    } as const;
    const rows = [
      { keys: ["orders"], values: [1500, AT] },
      { keys: [""], values: [0, null] },
    ];
    expect(cells(answered(panel, rows))).toEqual([
      ...["Service", "Lines", "Last"],
      ...["orders", "1,500", "2026-01-31T10:01:00.000Z"],
      ...["(empty)", "0", "-"],
    ]);
  });

  test("of a chart leaves out the times at which nothing was", () => {
    const rows = [
      { keys: ["orders", AT], values: [0] },
      { keys: ["orders", AT + 60_000], values: [2] },
    ];
    expect(cells(answered(VOLUME, rows)).slice(3)).toEqual(["orders", "2026-01-31T10:02:00Z", "2"]);
  });

  test("of lines has their fields", () => {
    const panel = { kind: "lines", title: "Newest", fields: ["service.name", "message"] } as const;
    const lines = [{ "service.name": "orders", message: "<b>" }];
    expect(cells({ panel, rows: [], lines })).toEqual(["service.name", "message", "orders", "&#60;b&#62;"]);
  });
});

describe("what is asked", () => {
  const filter = { field: "service.name", is: ["orders"] } as const;

  test("is every panel of lines, each narrowed to the filter", async () => {
    const asked: PanelQuery[] = [];
    const rows = await answersOf(
      servicesOverview,
      (query) => {
        asked.push(query);
        return Promise.resolve({ hits: { total: { value: 3 }, hits: [] } });
      },
      filter,
    );
    expect(rows.map((row) => row.map(({ panel }) => panel.title))).toEqual(
      servicesOverview.rows.map(({ panels }) => panels.map((panel) => ("title" in panel ? panel.title : ""))),
    );
    expect(rows[0]?.[0]?.rows).toEqual([{ keys: [], values: [3] }]);
    expect(asked).toHaveLength(rows.flat().length);
    for (const { filter: own } of asked) {
      expect(own === filter || (own !== undefined && "all" in own && own.all.includes(filter))).toBe(true);
    }
  });

  test("dead letters are left out: a filter of lines says nothing about them", async () => {
    const dashboard = {
      ...servicesOverview,
      rows: [
        {
          height: 1,
          panels: [{ kind: "number", title: "Dead", of: "dead letters", metric: { of: "count" } } as const],
        },
      ],
    };
    expect(await answersOf(dashboard, () => Promise.reject(new Error("asked")))).toEqual([[]]);
  });

  test("a panel's own filter stays", () => {
    const own = { field: "tags", exists: true } as const;
    const query = { kind: "aggregate", buckets: [], metrics: [{ of: "count" }] } as const;
    expect(narrowed({ ...query, filter: own }, filter)).toEqual({ ...query, filter: { all: [own, filter] } });
    expect(narrowed(query, filter)).toEqual({ ...query, filter });
    expect(narrowed(query)).toEqual(query);
  });
});

describe("the page's program", () => {
  let program = "";
  beforeAll(async () => {
    program = await pageProgram();
  });
  // Half a megabyte is nothing to print where it is not as it should be.
  const has = (what: string | RegExp) => program.search(what) !== -1;

  test("is one script of ASCII, which a browser hashes as it is", () => {
    expect(program.length).toBeGreaterThan(100_000);
    expect(has(/<\/script|<!--|\r/i)).toBe(false);
    expect(has(/\P{ASCII}/u)).toBe(false);
  });

  test("tells whose work is in it", () => {
    for (const notice of ["Apache ECharts", "Copyright \\(c\\) 2017, Baidu Inc"]) expect(has(notice)).toBe(true);
  });

  test("has no word for asking anybody", () => {
    expect(has(/\bimport\(|\bfetch\(|XMLHttpRequest|importScripts|WebSocket|sendBeacon/)).toBe(false);
  });
});
