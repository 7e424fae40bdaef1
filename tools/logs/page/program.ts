import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../lib/paths";

/** The page's own program with the library that it draws with, in one script. */
export async function pageProgram(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "tools/logs/page/client.mjs")],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    // ASCII, whatever the page's reader takes its bytes for; esbuild writes "</script>" so that it ends nothing.
    charset: "ascii",
    legalComments: "inline",
    banner: {
      js: `/*\n${NOTICES.map((file) => readFileSync(join(ROOT, "node_modules", file), "utf8").trim()).join("\n\n")}\n*/`,
    },
    write: false,
  });
  // A browser reads every end of a line as "\n", and takes the hash of the script after that.
  const text = (outputFiles[0]?.text ?? "").replace(/\r\n?/g, "\n");
  if (/<\/script|<!--/i.test(text)) throw new Error("the page's program would end its own element");
  return text;
}

/** What may be passed on only with these: pages are. */
const NOTICES = ["echarts/NOTICE", "zrender/LICENSE"];
