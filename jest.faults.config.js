const { join } = require("node:path");
const { buildSync } = require("esbuild");

// The Kafka client is an ES module, which Jest cannot require: it is bundled as for the consumer (consumer/build.mjs).
const kafkaClient = join(__dirname, ".local/faults-client/kafka.cjs");
buildSync({
  entryPoints: ["@platformatic/kafka"],
  outfile: kafkaClient,
  absWorkingDir: __dirname,
  bundle: true,
  platform: "node",
  format: "cjs",
  alias: { "@platformatic/wasm-utils": "@platformatic/wasm-utils/bundled" },
  inject: [join(__dirname, "tools/lib/with-resolvers.ts")],
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: { "import.meta.url": "importMetaUrl" },
  logLevel: "error",
});

// The consumer under faults, on Docker: `npm run test:faults`. Tests share one bed and run in the order they are written.
/** @type {import('jest').Config} */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/__tests__/faults"],
  testMatch: ["**/*.faults.ts"],
  moduleNameMapper: { "^@platformatic/kafka$": kafkaClient },
  testTimeout: 5 * 60 * 1000,
};
