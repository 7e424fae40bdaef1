/** What the API server says against a pod: each requirement that it breaks, with what breaks it. */
export function violations(refusal: string): string[] {
  const [, list] = /violates PodSecurity "[^"]+": (.*)/s.exec(refusal) ?? [];
  return list === undefined ? [] : list.trim().split(/(?<=\)), /);
}

/**
 * Whether it is a part of the one exception: directories of the node, and the init containers that give such a directory to
 * its user.
 */
export function isNodeDirectory(violation: string): boolean {
  const [, subject = ""] = /\((.*)\)$/s.exec(violation) ?? [];
  if (/^(hostPath volumes|restricted volume types)$/.test(violation.replace(/ \(.*$/s, ""))) {
    return (
      !subject.includes("volume type") ||
      [...subject.matchAll(/volume type "([^"]+)"/g)].every(([, type]) => type === "hostPath")
    );
  }
  const [, containers = ""] = /^containers? ((?:"[^"]+"(?:, )?)+) must/.exec(subject) ?? [];
  const names = [...containers.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
  return names.length > 0 && names.every((name) => name.startsWith("own-"));
}
