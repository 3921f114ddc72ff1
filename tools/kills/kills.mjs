import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { makeKafkaPrincipal } from '../lib/kafka-principals.mjs';
import { freePorts } from '../lib/ports.mjs';
import { removeInstallation } from '../lib/remove-installation.mjs';
import { temporaryFolder } from '../lib/test-servers.mjs';
import { build, isBuilt } from '../launch/build.mjs';
import { root } from '../launch/paths.mjs';
import { progressOn } from '../launch/progress.mjs';
import { Sentence } from '../launch/sentence.mjs';
import { services } from '../launch/services.mjs';
import { onTimeToEnd } from '../launch/stop-signals.mjs';
import { startSystem } from '../launch/system.mjs';
import { playStory } from './disturbed-story.mjs';
import { differences, finalState } from './final-state.mjs';
import { leftovers } from './leftovers.mjs';
import { drawKills, tellKill } from './plan.mjs';

const usage =
  'Usage: npm run kills -- --seed 7 --kills 30 [--per-story 6] [--service transfer]… [--leave-out "A breach"]… [--json]';

/** Kills in one play of the story, unless it is told otherwise. */
const PER_STORY = 6;
/** A mail is under way long enough to be cut off now and then. */
const MAIL_MS = 300;
/** Short leases, so that what a dead process held is free within seconds; a disturbed story waits longer than that. */
const settings = {
  transfer: { DELIVERY_LEASE_MS: '5000', DELIVERY_TRANSPORT_TIMEOUT_MS: '1000' },
  breach: { MAIL_LEASE_MS: '5000' },
};
const PATIENCE_MS = 90_000;
const REST_MS = 60_000;

/**
 * @typedef {{ kills: string[], restartMs: number[], seconds: number, steps: number, stopped?: string, differences: string[],
 *   wrong: string[], resent: string[], left: string[] }} StoryReport
 * @typedef {{ seed: number, ok: boolean, undisturbed: { steps: number, seconds: number }, stories: StoryReport[] }} Report
 */

/**
 * Plays the story undisturbed, then as often as needed with kill -9 of services at steps drawn from a seed, each started
 * again, and compares what each play has come to with the undisturbed one. Exit code 0 when they are the same, 1 when not.
 * Uses the servers that DATABASE_URL and KAFKA_BROKERS name, or its own.
 * @param {string[]} args as `usage` says
 */
export async function kills(args) {
  const wanted = parameters(args);
  const progress = progressOn(process.stderr);
  // Leaving at once is safe: the watchdog ends what runs and removes the folder.
  onTimeToEnd(() => process.exit(130));
  if (!isBuilt()) await progress.step('build', async () => build());
  const home = temporaryFolder('kills');
  const [entryPort] = /** @type {[number]} */ (await freePorts(1));
  const installation = `kills${randomBytes(4).toString('hex')}`;
  const system = await startSystem({
    home,
    records: join(home, 'run'),
    remove: [home],
    entryPort,
    installation,
    env: process.env,
    throwAway: true,
    progress,
    onExit: (what) => console.error(`\n${what}`),
    settings,
  });
  try {
    const report = await disturb(system, wanted);
    if (wanted.json) console.log(JSON.stringify(report));
    process.exitCode = report.ok ? 0 : 1;
  } finally {
    await progress.step('stop', () => system.stop());
    const { DATABASE_URL: adminUrl, KAFKA_BROKERS: shared } = process.env;
    if (adminUrl && shared)
      await removeInstallation({
        installation,
        services: services.map(({ name }) => name),
        adminUrl,
        kafka: system.kafka,
      });
  }
}

/**
 * @param {import('../launch/system.mjs').RunningSystem} system
 * @param {ReturnType<typeof parameters>} wanted
 * @returns {Promise<Report>}
 */
async function disturb({ url, kafka, databases, crash }, { seed, count, perStory, victims, leaveOut, json }) {
  const tell = (/** @type {string} */ line) => void (json ? console.error(line) : console.log(line));
  const { runStory, InstallationClient } = await import(pathToFileURL(join(root, 'apps/sandbox/dist/index.js')).href);
  const client = new InstallationClient(url, PATIENCE_MS);
  await client.sandbox('POST', 'mail-behaviour', { slowMs: MAIL_MS });
  const { brokers, sasl, tls } = kafka;
  const makePrincipal = (/** @type {string} */ name, /** @type {string} */ password) =>
    makeKafkaPrincipal({ kafka: { brokers, tls, sasl: /** @type {any} */ (sasl) }, name, password });
  // Later clocks fall due as soon as the present is back: what is compared is the end of the story.
  const options = {
    patienceMs: PATIENCE_MS,
    leaveOut,
    leaveClock: true,
    ...(sasl && { kafka: { brokers, tls, makePrincipal } }),
  };
  const playing = { url, crash, runStory, options, tell };

  const undisturbed = await playStory(playing);
  const stopped = undisturbed.result.steps.find(({ ok }) => !ok);
  if (stopped) throw new Sentence(`The undisturbed story stopped at step ${stopped.id}: ${stopped.detail}`);
  await atRest(databases);
  const expected = await finalState(client, /** @type {string} */ (undisturbed.result.protocolId));
  tell(`undisturbed: ${undisturbed.steps.length} steps, ${undisturbed.seconds} s`);

  const { steps } = undisturbed;
  const order = steps.map(({ id }) => id);
  /** @type {StoryReport[]} */
  const stories = [];
  const plan = drawKills({ seed, kills: count, perStory, steps, services: victims });
  for (const [index, planned] of plan.entries()) {
    tell(`story ${index + 1} of ${plan.length}`);
    const { result, killed, seconds } = await playStory({ ...playing, kills: planned, order });
    const left = await atRest(databases);
    const broken = result.steps.find(({ ok }) => !ok);
    const seen = result.protocolId && !broken ? await finalState(client, result.protocolId) : undefined;
    const report = {
      kills: planned.map(tellKill),
      restartMs: killed.map(({ upAfterMs }) => upAfterMs),
      seconds,
      steps: result.steps.length,
      ...(broken && { stopped: `${broken.id} ${broken.detail}` }),
      differences: seen ? differences(expected.state, seen.state) : [],
      wrong: [...expected.wrong, ...(seen?.wrong ?? [])],
      resent: seen?.resent ?? [],
      left,
    };
    stories.push(report);
    for (const line of faultsOf(report)) tell(`  WRONG: ${line}`);
    tell(`  ${planned.length} kills, ${seconds} s, ${report.resent.length} mails resent`);
  }
  const ok = stories.every((story) => faultsOf(story).length === 0);
  tell(
    `seed ${seed}: ${plan.flat().length} kills in ${stories.length} stories, ${ok ? 'the same end each time' : 'NOT the same end'}`,
  );
  return { seed, ok, undisturbed: { steps: steps.length, seconds: undisturbed.seconds }, stories };
}

/** @param {StoryReport} report */
function faultsOf({ stopped, differences: different, wrong, left }) {
  return [...(stopped ? [`stopped at step ${stopped}`] : []), ...different, ...wrong, ...left];
}

/**
 * Until nothing that was begun is left undone.
 * @param {Map<string, string>} databases
 * @returns {Promise<string[]>} what was left when patience ended
 */
async function atRest(databases) {
  const deadline = performance.now() + REST_MS;
  for (;;) {
    const left = await leftovers(databases);
    if (left.length === 0 || performance.now() > deadline) return left;
    await delay(100);
  }
}

/** @param {string[]} args */
function parameters(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seed: { type: 'string', default: '1' },
        kills: { type: 'string', default: '30' },
        'per-story': { type: 'string', default: String(PER_STORY) },
        service: { type: 'string', multiple: true, default: services.map(({ name }) => name) },
        'leave-out': { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
    });
    const [seed, count, perStory] = [values.seed, values.kills, values['per-story']].map(Number);
    if (!isWhole(seed, 0) || !isWhole(count, 1) || !isWhole(perStory, 1)) throw new Sentence(usage);
    const unknown = values.service.find((name) => !services.some((service) => service.name === name));
    if (unknown) throw new Sentence(`There is no service ${unknown}. ${usage}`);
    return { seed, count, perStory, victims: values.service, leaveOut: values['leave-out'], json: values.json };
  } catch (error) {
    throw error instanceof Sentence ? error : new Sentence(`${/** @type {Error} */ (error).message}. ${usage}`);
  }
}

/** @param {number | undefined} value @param {number} minimum @returns {value is number} */
function isWhole(value, minimum) {
  return Number.isSafeInteger(value) && /** @type {number} */ (value) >= minimum;
}
