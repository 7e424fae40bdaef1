import { expect, test } from "@jest/globals";
import { isNodeDirectory, violations } from "./pod-security";

const REFUSAL = `Error from server (Forbidden): error when creating "STDIN": pods "filebeat" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities (container "own-registry" must not include "CHOWN" in securityContext.capabilities.add), restricted volume types (volumes "registry", "logs" use restricted volume type "hostPath"), runAsNonRoot != true (container "own-registry" must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "own-registry" must not set runAsUser=0)\n`;

test("a refusal is taken apart, and directories of the node are told from all else", () => {
  expect(violations(REFUSAL).map((one) => [one.replace(/ \(.*/, ""), isNodeDirectory(one)])).toEqual([
    ["unrestricted capabilities", true],
    ["restricted volume types", true],
    ["runAsNonRoot != true", true],
    ["runAsUser=0", true],
  ]);
  expect(violations("Error from server (Forbidden): no namespace")).toEqual([]);
});

test.each([
  "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)",
  "runAsUser=0 (pod must not set runAsUser=0)",
  'runAsUser=0 (containers "own-logs", "main" must not set runAsUser=0)',
  'unrestricted capabilities (container "main" must set securityContext.capabilities.drop=["ALL"])',
  'restricted volume types (volume "nfs" uses restricted volume type "nfs")',
  "host namespaces (hostNetwork=true)",
])("no exception: %s", (violation) => {
  expect(isNodeDirectory(violation)).toBe(false);
});
