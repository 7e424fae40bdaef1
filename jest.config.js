/** @type {import('jest').Config} */
module.exports = {
  // By default it leaves a core idle: half of a laptop.
  maxWorkers: "100%",
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  // swc only strips types; `npm test` checks them once with tsc.
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } } }] },
};
