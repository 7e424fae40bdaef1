// Bundles the consumer into dist/main.js: one file, so that its image needs no package manager and no node_modules.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here("src/main.ts")],
  outfile: here("dist/main.js"),
  absWorkingDir: here("."),
  tsconfig: here("tsconfig.json"),
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  // A stack in a log should name our functions; the image has nothing to gain from short names.
  minifySyntax: true,
  // Comments are most of it, and V8 keeps the source in memory, with two bytes a character if one of them needs two.
  minifyWhitespace: true,
  // Node.js prints the line that an uncaught error comes from.
  lineLimit: 200,
  legalComments: "eof",
  // The Kafka client reads its WebAssembly (crc32c, lz4, snappy) from beside its module; this is the same, inlined.
  alias: { "@platformatic/wasm-utils": "@platformatic/wasm-utils/bundled" },
  // The Kafka client makes itself a `require` for optional packages, which are not in the image and which it does without.
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: { "process.env.NODE_ENV": '"production"', "import.meta.url": "importMetaUrl" },
  logLevel: "warning",
});
