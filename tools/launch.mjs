/**
 * The one entrance: `node tools/launch.mjs start | test | demo | kills | purge | ops | check | clauses | servers | bench | faults |
 * races | guarantees`.
 *
 * Runs on whatever Node is there (20 or newer, before anything is installed): looks at the prerequisites, installs the
 * dependencies on the pinned Node when they are missing or outdated, and hands over to `launch/main.mjs` on that Node.
 */
const commands = [
  'start',
  'test',
  'demo',
  'kills',
  'purge',
  'ops',
  'check',
  'clauses',
  'servers',
  'bench',
  'faults',
  'races',
  'guarantees',
];
const [command, ...rest] = process.argv.slice(2);

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`This needs Node 20 or newer; this is Node ${process.versions.node}. Install one from https://nodejs.org`);
} else if (command === undefined || !commands.includes(command)) {
  fail(`Say what to do: node tools/launch.mjs ${commands.join(' | ')}`);
} else {
  // Loaded only now: older Nodes could not even parse what follows.
  const { bootstrap, handOver, runsOnPinnedNode } = await import('./launch/bootstrap.mjs');
  const { checkPrerequisites } = await import('./launch/prerequisites.mjs');
  try {
    await checkPrerequisites(command);
    bootstrap();
    if (runsOnPinnedNode()) await (await import('./launch/main.mjs')).main(command, rest);
    else process.exitCode = await handOver(process.argv.slice(1));
  } catch (error) {
    const { Sentence } = await import('./launch/sentence.mjs');
    fail(error instanceof Sentence ? error.message : /** @type {Error} */ (error).stack);
  }
}

/** @param {string | undefined} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
