import { parseArgs } from 'node:util';
import { build, isBuilt } from './build.mjs';
import { Sentence } from './sentence.mjs';
import { onTimeToEnd } from './stop-signals.mjs';

/**
 * `npm run faults -- --seed N --minutes M`: random commands under random faults on an installation of its own, which is
 * removed afterwards. The timeline goes to standard error, the verdict to standard output; exit code 1 on a violation.
 * @param {string[]} args
 */
export async function faults(args) {
  const { seed, milliseconds } = parsed(args);
  // Leaving at once is safe: the watchdog ends what runs and removes the folder.
  onTimeToEnd(() => process.exit(130));
  if (!isBuilt()) build();
  const { runFaults } = await import('../faults/run.mjs');
  const { findings, figures, logs } = await runFaults({ seed, milliseconds, tell: (line) => console.error(line) });
  for (const log of logs) console.error(log);
  for (const { invariant, code, detail } of findings) console.log(`invariant ${invariant}: ${code} ${detail}`);
  console.log(JSON.stringify({ seed, ...figures, findings: findings.length }));
  if (findings.length > 0) {
    console.error(`Violated. Again: npm run faults -- --seed ${seed} --minutes ${milliseconds / 60_000}`);
    process.exitCode = 1;
  }
}

/** @param {string[]} args */
function parsed(args) {
  const usage = 'Say npm run faults -- [--seed <whole number>] [--minutes <number>]';
  try {
    const { values } = parseArgs({ args, options: { seed: { type: 'string' }, minutes: { type: 'string' } } });
    const seed = Number(values.seed ?? Date.now() % 1_000_000);
    const minutes = Number(values.minutes ?? 5);
    if (!Number.isSafeInteger(seed) || seed < 0 || !(minutes > 0)) throw new Error(usage);
    return { seed, milliseconds: minutes * 60_000 };
  } catch {
    throw new Sentence(usage);
  }
}
