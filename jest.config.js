/** @type {import('jest').Config} */
module.exports = {
  // By default it leaves a core idle: half of a laptop.
  maxWorkers: "100%",
  testEnvironment: "node",
  // Synthesis takes seconds, and many on a machine that does something else as well.
  testTimeout: 60_000,
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  // swc only strips types; `npm test` checks them once with tsc.
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } } }] },
};
