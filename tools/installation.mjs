import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether node_modules holds what package-lock.json says, whoever has installed it. npm keeps a lock file of its own there,
 * which it writes last.
 *
 * @param {string} root of the repository
 * @param {boolean} production whether the dependencies of production are enough
 * @returns {boolean}
 */
export function isInstalled(root, production) {
  const wanted = packagesOf(join(root, "package-lock.json"));
  const found = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (!wanted || !found) return false;
  for (const [path, one] of Object.entries(found)) if (!isSame(wanted[path], one)) return false;
  return Object.entries(wanted).every(([path, one]) => path in found || isDispensable(path, one, production));
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function isSame(wanted, found) {
  return wanted !== undefined && wanted.version === found.version && wanted.integrity === found.integrity;
}

/** npm leaves out what is for other systems, which is always optional; the repository itself has no entry. */
function isDispensable(path, { optional, dev, devOptional }, production) {
  return path === "" || optional || devOptional || (production && dev);
}
