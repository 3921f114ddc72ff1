/**
 * What is wrong with a lockfile. An optional dependency that is named but has no entry of its own makes `npm ci` fail on
 * the system it is meant for; a registry's address makes it fail behind any other mirror.
 * @param {{ packages: Record<string, { optionalDependencies?: Record<string, string>, resolved?: string }> }} lock
 * @returns {import('./findings.mjs').Findings}
 */
export function checkLockfile(lock) {
  const findings = [];
  const locked = new Set(Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {}))
      if (!locked.has(name))
        findings.push(`package-lock.json: ${path || 'the root'} names ${name}, which has no entry`);
    if (entry.resolved?.startsWith('http'))
      findings.push(`package-lock.json: ${path} names a registry host (.npmrc: omit-lockfile-registry-resolved=true)`);
  }
  return findings;
}
