import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureTopics, fixedTopics } from '@convenant/messaging';
import { provisionDatabase } from '@convenant/platform';
import { parseProtocol } from '@convenant/protocol';
import pg from 'pg';
import { NODE_FLAGS } from '../../tools/lib/node-flags.mjs';
import { Processes } from '../../tools/lib/processes.mjs';
import { temporaryFolder } from '../../tools/lib/test-servers.mjs';
import { postmasterOf } from '../processor-time.mjs';
import { FIRST_WITHDRAWN, sqlId, world } from './bodies.mjs';
import { startIssuer } from './issuer.mjs';

const root = new URL('../../', import.meta.url);
const START_DEADLINE_MS = 60_000;

/**
 * @typedef {{ url: string, pid: number, postmaster: number | undefined }} Serving `postmaster`: of its PostgreSQL, on this machine
 * @typedef {object} System
 * @property {Serving} transfer
 * @property {Serving} bare
 * @property {string} token of a user of the sending unit
 * @property {pg.Client} database of transfer, as the owner of its schema
 * @property {string} folder goes with the system
 * @property {() => Promise<void>} stop
 */

/**
 * The transfer service as a process of its own, as it ships, beside the bare endpoint, on one PostgreSQL. Its deliveries are
 * left to other replicas, and its relay is paused unless `relays`: neither is part of an answer, and the bare endpoint has none.
 * @param {import('../servers.mjs').Servers} servers
 * @param {{ consents: number, withdrawn: number, relays?: boolean, profile?: string }} plan
 * @returns {Promise<System>}
 */
export async function startSystem(servers, { consents, withdrawn, relays = false, profile }) {
  const folder = temporaryFolder('bench-disclosure');
  const processes = new Processes(join(folder, 'run'), { remove: [folder] });
  const issuer = await startIssuer();
  let database;
  try {
    const installation = `bench${randomBytes(4).toString('hex')}`;
    await ensureTopics({ kafka: servers.kafka }, fixedTopics(installation));
    const { migrations } = await import(new URL('apps/transfer/dist/index.js', root).href);
    const provisioned = await provisionDatabase({
      adminUrl: servers.databaseUrl,
      installation,
      service: 'transfer',
      migrations,
    });
    database = new pg.Client({ connectionString: provisioned.ownerUrl });
    await database.connect();
    await plant(database, issuer.url, consents, withdrawn);
    const bareDatabase = await provisionDatabase({
      adminUrl: servers.databaseUrl,
      installation,
      service: 'bare',
      migrations: [],
    });
    const start = (/** @type {string} */ name, /** @type {string} */ file, /** @type {Record<string, string>} */ env) =>
      startServing(processes, folder, name, fileURLToPath(new URL(file, root)), env, profile);
    const transfer = await start('transfer', 'apps/transfer/dist/main.js', {
      INSTALLATION: installation,
      DATABASE_URL: provisioned.runtimeUrl,
      KAFKA_BROKERS: servers.kafka.brokers.join(','),
      KAFKA_SASL_USERNAME: servers.kafka.sasl.username,
      KAFKA_SASL_PASSWORD: servers.kafka.sasl.password,
      USER_REF_KEY: randomBytes(32).toString('base64'),
      SUBJECT_KEY: randomBytes(32).toString('base64'),
      VAULT_KEYRING_FILE: join(folder, 'keyring.json'),
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'bench@agency.example',
      DELIVERIES_AT_ONCE: '0',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
    });
    await untilOpen(transfer.url);
    if (!relays) await database.query('UPDATE service_state SET relay_paused = true');
    const bare = await start('bare', 'bench/disclosure/bare.mjs', {
      DATABASE_URL: bareDatabase.ownerUrl,
      NODE_ENV: 'production',
    });
    const token = await issuer.token({
      sub: 'team-member',
      party: world.sender,
      roles: ['agency-user'],
      unit: world.unit,
      secrecy: true,
      client_id: 'bench',
    });
    const opened = database;
    const postmaster = await postmasterOf(database);
    return {
      transfer: { url: `${transfer.url}/transfer/v1/disclosures`, pid: transfer.pid, postmaster },
      bare: { url: `${bare.url}/bare`, pid: bare.pid, postmaster },
      token,
      database,
      folder,
      stop: async () => {
        await opened.end();
        await processes.stopAll();
        await issuer.stop();
      },
    };
  } catch (error) {
    await database?.end();
    await processes.stopAll();
    await issuer.stop();
    throw error;
  }
}

/**
 * Facts as the consumers of register and consent would have written them, and persons.
 * @param {pg.Client} database
 * @param {string} issuer
 * @param {number} consents
 * @param {number} withdrawn
 */
async function plant(database, issuer, consents, withdrawn) {
  const file = new URL('protocols/opgroeien--ocmw-sint-gillis-waas.yaml', root);
  const parsed = parseProtocol(await readFile(file, 'utf8'), { format: 'yaml' });
  if (!parsed.ok) throw new Error('The protocol file does not parse');
  const { sender, receiver, protocolId } = world;
  await database.query('INSERT INTO trusted_issuer (party, issuer, jwks_uri) VALUES ($1, $2, $3)', [
    sender,
    issuer,
    `${issuer}/jwks`,
  ]);
  await database.query('INSERT INTO protocol_fact (protocol_id, version, sender, receiver) VALUES ($1, 2, $2, $3)', [
    protocolId,
    sender,
    receiver,
  ]);
  await database.query(
    `INSERT INTO protocol_version_fact (protocol_id, protocol_version, model, model_digest, effective_from)
     VALUES ($1, 1, $2, 'bench', '2026-03-01T00:00:00+01:00')`,
    [protocolId, JSON.stringify(parsed.model)],
  );
  await database.query(
    `INSERT INTO subject (subject_ref, protocol_id, party, registered_at)
     SELECT ${sqlId('subject', 'n')}, $1, $2, now() FROM generate_series(0, $3::bigint - 1) AS n`,
    [protocolId, sender, world.subjects],
  );
  for (const { first, count, state } of [
    { first: 0, count: consents, state: 'given' },
    { first: FIRST_WITHDRAWN, count: withdrawn, state: 'withdrawn' },
  ]) {
    await database.query(
      `INSERT INTO consent_fact (consent_id, version, state, subject_ref, protocol_id, purpose, items, recipient_party,
              recipient_unit, recipient_category, notice_points, given_at, withdrawn_at)
       SELECT ${sqlId('consent', 'n')}, 1, $1, ${sqlId('subject', `n % ${world.subjects}`)}, $2, $3, '{name,contact}', $4, $5,
              'social-worker', $6, '2026-03-01T09:00:00Z', CASE WHEN $1 = 'withdrawn' THEN now() END
         FROM generate_series($7::bigint, $7::bigint + $8::bigint - 1) AS n`,
      [
        state,
        protocolId,
        world.purpose,
        receiver,
        world.recipientUnit,
        parsed.model.consent.informationPoints.map((/** @type {{ id: string }} */ { id }) => id),
        first,
        count,
      ],
    );
  }
  await database.query('ANALYZE');
  await database.query('CHECKPOINT').catch(() => undefined);
}

/**
 * @param {Processes} processes
 * @param {string} folder
 * @param {string} name
 * @param {string} file
 * @param {Record<string, string>} env
 * @param {string} [profile] folder for a CPU profile, written when the process ends
 * @returns {Promise<{ url: string, pid: number }>}
 */
async function startServing(processes, folder, name, file, env, profile) {
  mkdirSync(folder, { recursive: true });
  const ready = join(folder, `${name}.ready.json`);
  const logFile = join(folder, `${name}.log`);
  const flags = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-interval=500'] : [];
  const child = processes.start(name, process.execPath, [...NODE_FLAGS, ...flags, file], {
    env: { PATH: process.env.PATH, ...env, READY_FILE: ready },
    logFile,
    timeoutMs: 20_000,
  });
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!existsSync(ready)) {
    if (child.hasExited() || Date.now() > deadline) {
      throw new Error(`${name} did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await delay(50);
  }
  const { port } = JSON.parse(readFileSync(ready, 'utf8'));
  return { url: `http://127.0.0.1:${port}`, pid: child.pid };
}

/** @param {string} url */
async function untilOpen(url) {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!(await fetch(`${url}/transfer/health`)).ok) {
    if (Date.now() > deadline) throw new Error('transfer stays closed');
    await delay(50);
  }
}
