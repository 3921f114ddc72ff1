// kafkajs re-arms timers with times in the past, of which Node warns once per process. All else is shown.
process.removeAllListeners('warning');
process.on('warning', (warning) => warning.name === 'TimeoutNegativeWarning' || console.error(warning.stack));

/**
 * Runs one command on the pinned Node, dependencies in place.
 * @param {string} command
 * @param {string[]} args
 */
export async function main(command, args) {
  switch (command) {
    case 'start':
      return (await import('./start.mjs')).start();
    case 'demo':
      return (await import('./demo.mjs')).demo(args);
    case 'kills':
      return (await import('../kills/kills.mjs')).kills(args);
    case 'test':
      return (await import('./test.mjs')).test(args);
    case 'servers':
      return (await import('./servers.mjs')).servers();
    case 'check':
      return (await import('../checks/check.mjs')).check(args);
    case 'purge':
    case 'ops':
      return (await import('./convenant.mjs')).convenant(command, args);
    case 'bench':
      return (await import('../../bench/run.mjs')).bench(args);
    case 'faults':
      return (await import('./faults.mjs')).faults(args);
    case 'races':
      return (await import('./guarantees.mjs')).runRaces(args);
    case 'guarantees':
      return (await import('./guarantees.mjs')).guarantees(args);
    case 'clauses':
      return (await import('../checks/clauses.mjs')).clauses(args);
  }
}
