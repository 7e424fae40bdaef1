// The local environment for real, on Docker: `npm run test:local`. Tests of one file run in the order they are written.
/** @type {import('jest').Config} */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/__tests__/local"],
  testMatch: ["**/*.local.ts"],
  // Building everything from packages with nothing cached is the longest wait.
  testTimeout: 45 * 60 * 1000,
};
