import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { runContentApply } from "../../consumer/src/commands/content-apply";
import type { Report } from "../../consumer/src/content/report";
import type { ContentFile } from "../../contract/content";
import { parseContentSettings } from "../../contract/content-settings";
import { local } from "../../environments/local";
import { kibanaContent } from "../../stacks/content";
import { scope } from "../support/content";
import { KibanaDouble } from "./kibana-double";

export const CONTENT = kibanaContent(scope(), local).file();

/** The double of Kibana, and `content apply` against it. */
export class AppliedKibana {
  readonly double = new KibanaDouble();
  private readonly directory = mkdtempSync(join(tmpdir(), "kibana-content-"));
  private url = "";

  async start(): Promise<void> {
    this.url = await this.double.start();
    writeFileSync(join(this.directory, "password"), "secret\n");
  }

  async stop(): Promise<void> {
    await this.double.stop();
    rmSync(this.directory, { recursive: true });
  }

  /** @returns a line for each thing, as in `created dashboard/x` */
  async apply(content: ContentFile = CONTENT): Promise<readonly string[]> {
    this.double.writes.length = 0;
    const file = join(this.directory, "content.json");
    writeFileSync(file, JSON.stringify(content));
    const settings = parseContentSettings({
      KIBANA_URL: this.url,
      KIBANA_USERNAME: "kibana-content",
      KIBANA_PASSWORD_FILE: join(this.directory, "password"),
      CONTENT_FILE: file,
      WAIT_DEADLINE_MS: "2000",
    });
    const written: string[] = [];
    const command = { dryRun: false, json: true, write: (text: string) => void written.push(text) };
    await runContentApply(settings, command, pino({ level: "silent" }));
    return (JSON.parse(written.join("")) as Report).rows.map(({ what, result }) => `${result} ${what}`);
  }
}
