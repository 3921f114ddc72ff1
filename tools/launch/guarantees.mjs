import { parseArgs } from 'node:util';
import { Sentence } from './sentence.mjs';
import { test } from './test.mjs';

const races = ['apps/transfer/src/barrier-race.int.spec.ts', 'apps/transfer/src/barrier-crash.e2e.spec.ts'];
const messaging = ['relay/lost-answers', 'outbox/outbox', 'inbox/under-load', 'inbox/inbox', 'inbox/ownership'];

/** The long forms of the guarantees of messaging (their README tells which); a variable that is set already counts. */
const longForms = {
  M3_WITHOUT_BROKER_MS: '30000',
  M6_MOVES: '60',
  M8_DATABASE_GONE_MS: '20000',
  M10_RECORDS: '50000',
  M13_COMMANDS: '10000',
};

/**
 * `npm run guarantees`: every long form, and 10,000 races. Half an hour on two cores.
 * @param {string[]} args for jest
 */
export async function guarantees(args) {
  Object.assign(process.env, { ...longForms, ...racesOf(10_000), ...process.env });
  const specs = messaging.map((name) => `libs/messaging/src/lib/${name}.int.spec.ts`);
  await test([...specs, ...races, '--runInBand', '--verbose', ...args]);
}

/**
 * `npm run races -- --races N`: withdrawals and endings against disclosures, and crashes at every step of the barrier.
 * @param {string[]} args
 */
export async function runRaces(args) {
  const usage = 'Say npm run races -- [--races <whole number>]';
  let count;
  try {
    count = Number(parseArgs({ args, options: { races: { type: 'string' } } }).values.races ?? 10_000);
  } catch {
    throw new Sentence(usage);
  }
  if (!Number.isSafeInteger(count) || count < 20) throw new Sentence(`${usage}; at least 20`);
  Object.assign(process.env, racesOf(count));
  await test([...races, '--runInBand', '--verbose']);
}

/** Through HTTP, topics and mail a race takes ten times as long. @param {number} count */
function racesOf(count) {
  return { BARRIER_RACES: String(count), BARRIER_E2E_RACES: String(Math.max(16, Math.round(count / 20))) };
}
