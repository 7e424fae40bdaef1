import { expect, test } from "@jest/globals";
import { DASHBOARDS } from "../../constructs/content/dashboards/all";
import { local } from "../../environments/local";
import { addresses } from "../../tools/commands/verify";

const { kibana } = local.platform.ports;

test("with Kibana every dashboard has its address", () => {
  const printed = addresses(local.platform, true).join("\n");
  for (const { name, title } of DASHBOARDS) {
    expect(printed).toContain(title);
    expect(printed).toContain(`http://127.0.0.1:${kibana}/app/dashboards#/view/log-pipeline-${name}`);
  }
});

test("without it there is none, and what answers its questions", () => {
  const printed = addresses(local.platform, false).join("\n");
  expect(printed).not.toContain(String(kibana));
  expect(printed).toContain("npm run logs -- --top error.type");
});
