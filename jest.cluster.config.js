// The pipeline on a Kubernetes cluster of its own: `npm run test:cluster`. Files run one after another, in the order of their
// names, because there is one cluster a machine; tests of one file run in the order they are written.
/** @type {import('jest').Config} */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/__tests__/cluster"],
  testMatch: ["**/*.cluster.ts"],
  maxWorkers: 1,
  testSequencer: "<rootDir>/__tests__/cluster/sequencer.cjs",
  // Building Kubernetes and every image with nothing cached is the longest wait.
  testTimeout: 60 * 60 * 1000,
};
