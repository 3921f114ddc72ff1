import { setTimeout as delay } from 'node:timers/promises';
import {
  HistoryChecker,
  readCommandRecords,
  readOutbox,
  readPositions,
  readReactions,
  readTopic,
  readTrail,
  readUnfinished,
  stream,
} from '@convenant/testing';
import { factServices } from './installation.mjs';

const REST_MS = 120_000;
const everyService = [...factServices, 'audit'];

/** What each reaction owes: it runs once for each of these events. */
const expectedEffects = [
  { service: 'transfer', handler: 'barrier.withdrawal', of: 'consent', name: 'consent.withdrawn' },
  { service: 'consent', handler: 'withdrawalEnforced', of: 'transfer', name: 'barrier.applied' },
];

/** Work of transfer beyond the inbox that must be over. */
const workOfTransfer = {
  'barriers pending': 'SELECT count(*)::int AS count FROM pending_barrier',
  'deliveries not ended': `SELECT count(*)::int AS count FROM delivery WHERE state <> 'ended'`,
  'attempts open': 'SELECT count(*)::int AS count FROM delivery_attempt WHERE outcome IS NULL',
};

/**
 * Waits until the healed installation has come to rest, at most two minutes; what is not over then is a finding.
 * @param {import('./installation.mjs').Installation} installation
 * @returns {Promise<number>} milliseconds it took
 */
export async function comeToRest(installation) {
  const began = performance.now();
  let quiet = 0;
  let before = '';
  while (performance.now() - began < REST_MS && quiet < 3) {
    await delay(500);
    const now = JSON.stringify(await standing(installation));
    quiet = now.includes('unfinished') || now !== before ? 0 : quiet + 1;
    before = now;
  }
  return Math.round(performance.now() - began);
}

/** @param {import('./installation.mjs').Installation} installation */
async function standing(installation) {
  const found = [];
  for (const service of everyService) {
    const url = databaseOf(installation, service);
    if (service !== 'audit') {
      const [{ rows, sent }] = await all(
        stream(url, `SELECT (SELECT count(*)::int FROM outbox) AS rows, sequence::int AS sent FROM relay_cursor`),
      );
      found.push({ service, rows, ...(rows !== sent && { unfinished: 'rows unsent' }) });
    }
    found.push(await all(stream(url, 'SELECT topic, partition, next_offset FROM inbox_partition ORDER BY 1, 2')));
  }
  for (const [what, text] of Object.entries(workOfTransfer)) {
    const [{ count }] = await all(stream(databaseOf(installation, 'transfer'), text));
    if (count > 0) found.push({ unfinished: what, count });
  }
  return found;
}

/** What the register tells by itself when its calendar looks: no command asked for it. */
const ownAccord = ['alert.raised', 'alert.cleared', 'registerEntry.versioned', 'registerEntry.mismatched'];

/**
 * Reads everything that the installation holds and decides with the checker.
 * @param {import('./installation.mjs').Installation} installation
 * @param {Pick<import('./client.mjs').Client, 'commands' | 'enforced'>} clients
 * @param {(checker: HistoryChecker) => void} [also] facts of one who wants to see it fail
 */
export async function judge(installation, { commands, enforced }, also = () => {}) {
  const checker = new HistoryChecker({ expectedEffects, ownAccord });
  const figures = { events: 0, records: 0, entries: 0, commandRecords: 0, barriers: 0, authorized: 0 };
  for (const service of factServices) {
    for await (const event of readOutbox(databaseOf(installation, service), service)) {
      figures.events += 1;
      checker.outboxRow(event);
      if (event.name === 'disclosure.authorized') figures.authorized += 1;
      if (event.name === 'barrier.applied') figures.barriers += 1;
      derive(checker, event);
    }
    for await (const record of readCommandRecords(databaseOf(installation, service), service)) {
      figures.commandRecords += 1;
      checker.commandRecord(record);
    }
  }
  const ends = new Map();
  for (const service of factServices) {
    const topic = `${installation.name}.${service}.v1`;
    const found = await readTopic(installation.kafkaSettings, topic, service, (record) => {
      figures.records += 1;
      checker.topicRecord(record);
    });
    for (const [partition, end] of found) ends.set(partition, end);
  }
  for await (const entry of readTrail(databaseOf(installation, 'audit'))) {
    figures.entries += 1;
    checker.auditEntry(entry);
  }
  for (const service of everyService) {
    const url = databaseOf(installation, service);
    for await (const effect of readReactions(url, service)) checker.effect(effect);
    for await (const position of readPositions(url, service, ends)) {
      if (ends.has(`${position.topic}/${position.partition}`)) checker.position(position);
    }
    for await (const left of readUnfinished(url, service)) {
      if (service !== 'audit' || left.what !== 'rows unsent') checker.unfinished(left);
    }
  }
  await judgeTransfer(installation, checker);
  for (const command of commands) if (command.service !== 'register') checker.command(command);
  for (const told of enforced) checker.enforced(told);
  also(checker);
  return { findings: checker.verdict(), figures };
}

/**
 * What follows from an event for barriers and replicas.
 * @param {HistoryChecker} checker @param {import('@convenant/testing').ReadEvent} event
 */
function derive(checker, { service, sequence, name, subject, aggregateVersion, data }) {
  const consent = (/** @type {string} */ state) =>
    checker.replicaFold({
      ...{ service: 'transfer', replica: 'consent_fact', key: subject },
      state: `${aggregateVersion} ${state}`,
    });
  if (name === 'consent.given') consent('given');
  if (name === 'consent.refused') consent('refused');
  if (name === 'consent.withdrawn') consent('withdrawn');
  if (name === 'subject.registered') {
    const state = `${data.protocolId} ${data.party}`;
    checker.replicaFold({ service: 'consent', replica: 'subject_fact', key: data.subjectRef, state });
  }
  if (name === 'disclosure.authorized') {
    const under = [data.consentId, data.protocolId].filter(Boolean);
    checker.permission({ service, sequence, id: data.disclosureId, under });
  }
  if (name === 'barrier.applied') checker.barrier({ service, sequence, subject: data.cause.subject });
}

/** @param {import('./installation.mjs').Installation} installation @param {HistoryChecker} checker */
async function judgeTransfer(installation, checker) {
  const transfer = databaseOf(installation, 'transfer');
  for await (const { consent_id: key, version, state } of stream(transfer, 'SELECT * FROM consent_fact')) {
    checker.replicaRow({ service: 'transfer', replica: 'consent_fact', key, state: `${version} ${state}` });
  }
  for await (const row of stream(databaseOf(installation, 'consent'), 'SELECT * FROM subject_fact')) {
    const state = `${row.protocol_id} ${row.party}`;
    checker.replicaRow({ service: 'consent', replica: 'subject_fact', key: row.subject_ref, state });
  }
  for (const [what, text] of Object.entries(workOfTransfer)) {
    const [{ count }] = await all(stream(transfer, text));
    checker.unfinished({ service: 'transfer', what, count });
  }
}

/** @param {import('./installation.mjs').Installation} installation @param {string} service */
function databaseOf(installation, service) {
  return /** @type {string} */ (installation.databases.get(service));
}

/** @template T @param {AsyncIterable<T>} rows @returns {Promise<any[]>} */
async function all(rows) {
  const found = [];
  for await (const row of rows) found.push(row);
  return found;
}
