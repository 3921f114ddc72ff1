import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { alternately, median, percentile, row } from './bench.mjs';
import { withdrawals } from './disclosure/barriers.mjs';
import { bodyOf, FIRST_WITHDRAWN } from './disclosure/bodies.mjs';
import { runLoad } from './disclosure/run-load.mjs';
import { startSystem } from './disclosure/system.mjs';

export const what = 'governed disclosures over HTTP against a bare endpoint that validates and inserts one row';

/** @type {import('./bench.mjs').Bench['options']} */
export const options = {
  seconds: { type: 'string', default: '8' },
  rounds: { type: 'string', default: '3' },
  profile: { type: 'string' },
  relay: { type: 'boolean', default: false },
  serve: { type: 'boolean', default: false },
  consents: { type: 'string', default: '200000' },
};

/** What the fastest imaginable service could use up in a second. */
const MOST_A_SECOND = 25_000;
const WITHDRAWALS = 200;
const OPEN_CONNECTIONS = 128;

/** @typedef {import('./disclosure/run-load.mjs').LoadResult} LoadResult */

/** @param {import('./bench.mjs').BenchContext} context @returns {Promise<import('./bench.mjs').Row[]>} */
export async function run(context) {
  if (context.options.serve) return serve(context);
  const seconds = Number(context.options.seconds);
  const rounds = Number(context.options.rounds);
  const perRun = MOST_A_SECOND * (seconds + 1);
  // Two closed loads each round, the open ones and the warm-up once.
  const consents = perRun * (2 * rounds + 4) + WITHDRAWALS;
  context.progress(`planting ${consents} consents …`);
  const system = await startSystem(await context.servers(), {
    consents,
    withdrawn: perRun,
    relays: context.options.relay,
    profile: context.options.profile,
  });
  try {
    const { transfer, bare, token } = system;
    let used = WITHDRAWALS;
    const fresh = () => ({ token, from: (used += perRun) - perRun, modulo: perRun });
    const refused = { token, from: FIRST_WITHDRAWN, modulo: perRun };
    const rows = [];

    context.progress('warming up …');
    for (const [server, bodies] of /** @type {const} */ ([
      [bare, anyBody(token, perRun)],
      [transfer, fresh()],
    ]))
      await runLoad(server, { url: server.url, ...bodies, connections: 64, seconds: 4 });

    for (const [connections, target] of /** @type {const} */ ([
      [64, 1],
      [256, 1.3],
    ])) {
      const load = { connections, seconds };
      const closed = await alternately(rounds, {
        bare: () => runLoad(bare, { url: bare.url, ...anyBody(token, perRun), ...load }),
        permitted: () => runLoad(transfer, { url: transfer.url, ...fresh(), ...load }),
        refused: () => runLoad(transfer, { url: transfer.url, ...refused, ...load }),
      });
      const at = `${connections} connections`;
      const against = row({ metric: `bare endpoint, ${at}`, value: rateOf(closed.bare), unit: '/s' });
      rows.push(against);
      for (const verdict of /** @type {const} */ (['permitted', 'refused'])) {
        const metric = `disclosures ${verdict}, ${at}`;
        const value = rateOf(closed[verdict]);
        rows.push(row({ metric, value, unit: '/s', against, target: { ratioAtLeast: target } }));
      }
      rows.push(...processorRows(closed, at));
      context.progress(`${at}: done`);
    }

    const open = { connections: OPEN_CONNECTIONS, seconds };
    const calm = await alternately(1, {
      bare: () => runLoad(bare, { url: bare.url, ...anyBody(token, perRun), ...open, rate: 3_000 }),
      ours: () => runLoad(transfer, { url: transfer.url, ...fresh(), ...open, rate: 3_000 }),
    });
    const latency = row({ metric: 'bare endpoint, open load 3,000/s, p99', value: only(calm.bare).p99, unit: 'ms' });
    rows.push(
      latency,
      row({
        metric: 'disclosures, open load 3,000/s, p99',
        value: only(calm.ours).p99,
        unit: 'ms',
        against: latency,
        target: { atMost: 50 },
      }),
    );
    const hard = await alternately(1, {
      bare: () => runLoad(bare, { url: bare.url, ...anyBody(token, perRun), ...open, rate: 7_000 }),
      ours: () => runLoad(transfer, { url: transfer.url, ...fresh(), ...open, rate: 7_000 }),
    });
    const answers = row({
      metric: 'bare endpoint, open load 7,000/s, answers',
      value: only(hard.bare).rate,
      unit: '/s',
    });
    rows.push(
      answers,
      row({
        metric: 'disclosures, open load 7,000/s, answers',
        value: only(hard.ours).rate,
        unit: '/s',
        against: answers,
        target: { ratioAtLeast: 1 },
      }),
    );

    context.progress('withdrawing under load …');
    const everyMs = Math.max(1, Math.floor((seconds * 1000) / WITHDRAWALS));
    const [took] = await Promise.all([
      withdrawals(system.database, { from: 0, count: WITHDRAWALS, everyMs }),
      runLoad(transfer, { url: transfer.url, ...fresh(), ...open, rate: 3_000 }),
    ]);
    for (const percent of [50, 99]) {
      rows.push(
        row({
          metric: `withdrawal to enforced, under 3,000/s, p${percent}`,
          value: percentile(took, percent),
          unit: 'ms',
        }),
      );
    }
    await checkVerdicts(system);
    return rows;
  } finally {
    await system.stop();
  }
}

/** The bare endpoint looks at no consent: any body does. @param {string} token @param {number} modulo */
function anyBody(token, modulo) {
  return { token, from: 0, modulo };
}

/** @param {LoadResult[]} results */
function rateOf(results) {
  return median(results.map(({ rate }) => rate));
}

/**
 * Where the processors were while one request was answered, and the sum: with cores that all share, that decides the rate.
 * @param {Record<'bare' | 'permitted' | 'refused', LoadResult[]>} closed
 * @param {string} at
 */
function processorRows(closed, at) {
  const places = /** @type {const} */ ({
    service: 'the service',
    postgres: 'PostgreSQL',
    load: 'the load generator',
  });
  /** @type {Record<string, (time: import('./disclosure/run-load.mjs').ProcessorTime) => number>} */
  const shown = {};
  const known = closed.bare.every(({ processor }) => processor.postgres !== undefined);
  for (const place of /** @type {const} */ (['service', 'postgres', 'load'])) {
    if (place !== 'postgres' || known) shown[places[place]] = (time) => time[place] ?? 0;
  }
  if (known) shown['all three'] = ({ service, postgres = 0, load }) => service + postgres + load;
  return Object.entries(shown).flatMap(([place, of]) => {
    const each = (/** @type {LoadResult[]} */ results) => median(results.map(({ processor }) => of(processor)));
    const metric = (/** @type {string} */ whose) => `${whose}, ${at}, processor time each of ${place}`;
    const against = row({ metric: metric('bare endpoint'), value: each(closed.bare), unit: 'µs' });
    const ours = /** @type {const} */ (['permitted', 'refused']).map((verdict) =>
      row({ metric: metric(`disclosures ${verdict}`), value: each(closed[verdict]), unit: 'µs', against }),
    );
    return [against, ...ours];
  });
}

/** @template T @param {readonly T[]} results */
function only(results) {
  return /** @type {T} */ (results[0]);
}

/**
 * Figures of something else than was asked for would be worth nothing.
 * @param {import('./disclosure/system.mjs').System} system
 */
async function checkVerdicts({ database }) {
  const { rows } = await database.query(
    `SELECT DISTINCT concat_ws(' ', verdict, code) AS verdict FROM disclosure ORDER BY 1`,
  );
  const verdicts = rows.map(({ verdict }) => verdict).join(', ');
  if (verdicts !== 'permitted, refused CONSENT_WITHDRAWN')
    throw new Error(`Some verdicts are not the expected: ${verdicts}`);
}

/** @type {import('./bench.mjs').Bench['serves']} */
export const serves = ({ serve }) => serve;

/** @param {import('./bench.mjs').BenchContext} context @returns {Promise<import('./bench.mjs').Row[]>} */
async function serve(context) {
  const consents = Number(context.options.consents);
  context.progress(`planting ${consents} consents …`);
  const system = await startSystem(await context.servers(), { consents, withdrawn: 0, relays: context.options.relay });
  try {
    const bodies = join(system.folder, 'bodies.jsonl');
    const file = createWriteStream(bodies);
    for (let n = 0; n < consents; n += 1) if (!file.write(`${bodyOf(n)}\n`)) await once(file, 'drain');
    file.end();
    await once(file, 'finish');
    const { url } = system.transfer;
    process.stdout.write(`${JSON.stringify({ url, token: system.token, bodies })}\n`);
    await context.stopped;
    return [];
  } finally {
    await system.stop();
  }
}
