// Loaded into every measured process: tells what it used, when it ends.
const { appendFileSync } = require("node:fs");
process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  appendFileSync(
    process.env.BENCH_USAGE_FILE,
    JSON.stringify({ maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1000 }) + "\n",
  );
});
