// The least that a synth can cost: load the provider files that our stacks load, write the JSON that they make.
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

for (const resource of ["container", "image", "network", "provider", "volume"])
  require(`@cdktf/provider-docker/lib/${resource}`);
const { synthesized, output } = JSON.parse(process.env.BENCH_PLAIN);
for (const stack of synthesized) {
  const json = JSON.parse(readFileSync(join(stack.from, "cdk.tf.json"), "utf8"));
  mkdirSync(join(output, stack.name), { recursive: true });
  writeFileSync(join(output, stack.name, "cdk.tf.json"), JSON.stringify(json, null, 2));
}
