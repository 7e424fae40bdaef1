// The app command of cdktf.json: main.ts and everything that it imports as one file, made anew whenever a source changes.
// Loading cdktf's and the providers' many files costs more than running them; nothing is type-checked here, `npm test` does
// that. To debug without the bundle: `node --import tsx main.ts`.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const vm = require("node:vm");

const root = join(__dirname, "..");
const cache = join(root, ".local", "synth");

const SOURCES = ["main.ts", "app.ts", "contract", "environments", "stacks", "constructs", "images"];
// What decides how the sources are read: dependencies, compiler options, this program.
const SETTINGS = ["package-lock.json", "tsconfig.json", "tools/synth.cjs"];

function filesOf(path) {
  if (path.endsWith(".ts")) return [path];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesOf(join(path, entry.name)) : entry.name.endsWith(".ts") ? [join(path, entry.name)] : [],
  );
}

const hash = createHash("sha256");
for (const file of [...SOURCES.flatMap(filesOf), ...SETTINGS])
  hash
    .update(file)
    .update("\0")
    .update(readFileSync(join(root, file)));
const bundle = join(cache, `${hash.digest("hex").slice(0, 16)}.cjs`);

if (!existsSync(bundle)) {
  const { buildSync } = require("esbuild");
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache)) rmSync(join(cache, old), { force: true });
  // Written aside and renamed, so that an interrupted build leaves no half of a file under the name that counts.
  const unfinished = `${bundle}.${process.pid}`;
  buildSync({
    entryPoints: [join(root, "main.ts")],
    outfile: unfinished,
    bundle: true,
    platform: "node",
    target: "node20",
    // Names of classes are read at run time, in messages and by the constructs library.
    keepNames: true,
    minify: true,
    logLevel: "error",
  });
  renameSync(unfinished, bundle);
}
// V8 compiles the bundle once: what it has compiled is kept beside it, and refused by V8 itself if Node has changed.
const compiled = `${bundle}.v8`;
const script = new vm.Script(`(function (require, module, exports) {${readFileSync(bundle, "utf8")}\n})`, {
  filename: bundle,
  cachedData: existsSync(compiled) ? readFileSync(compiled) : undefined,
});
const bundled = { exports: {} };
script.runInThisContext()(require, bundled, bundled.exports);
if (script.cachedDataRejected !== false) {
  writeFileSync(`${compiled}.${process.pid}`, script.createCachedData());
  renameSync(`${compiled}.${process.pid}`, compiled);
}
