import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { idOf, world } from './bodies.mjs';

const DEADLINE_MS = 30_000;

/**
 * Withdraws consents one after another while others load the service, as its consumer does: the fact and the pending barrier
 * in one commit. @returns for each the milliseconds from that commit until `barrier.applied` was committed
 * @param {import('pg').Client} database
 * @param {{ from: number, count: number, everyMs: number }} plan `from`: number of the first consent; none may be in use
 */
export async function withdrawals(database, { from, count, everyMs }) {
  /** @type {Map<string, number>} */
  const begun = new Map();
  /** @type {number[]} */
  const took = [];
  const onApplied = (/** @type {{ payload?: string }} */ { payload = '' }) => {
    const at = begun.get(payload);
    if (at !== undefined) took.push(performance.now() - at);
  };
  await database.query(`
    CREATE OR REPLACE FUNCTION tell_applied() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN PERFORM pg_notify('applied', OLD.barrier_id::text); RETURN NULL; END $$`);
  await database.query(
    'CREATE OR REPLACE TRIGGER tell AFTER DELETE ON pending_barrier FOR EACH ROW EXECUTE FUNCTION tell_applied()',
  );
  await database.query('LISTEN applied');
  database.on('notification', onApplied);
  try {
    for (let n = from; n < from + count; n += 1) {
      const [consentId, barrierId] = [idOf('consent', n), randomUUID()];
      await database.query('BEGIN');
      await database.query(
        `UPDATE consent_fact SET version = 2, state = 'withdrawn', withdrawn_at = now() WHERE consent_id = $1`,
        [consentId],
      );
      await database.query(
        `INSERT INTO pending_barrier (barrier_id, kind, service, subject, aggregateversion, protocol_id, consent_id, clause,
                context, due_at) VALUES ($1, 'withdrawal', 'consent', $2, 2, $3, $2, 'C-consent', $4, '2026-03-01')`,
        [barrierId, consentId, world.protocolId, JSON.stringify({ correlationId: barrierId, causationId: barrierId })],
      );
      await database.query(`SELECT pg_notify('transfer_barrier', '')`);
      begun.set(barrierId, performance.now());
      await database.query('COMMIT');
      await delay(everyMs);
    }
    const deadline = Date.now() + DEADLINE_MS;
    while (took.length < count) {
      if (Date.now() > deadline) throw new Error(`${count - took.length} barriers were never applied`);
      await delay(20);
    }
    return took;
  } finally {
    database.off('notification', onApplied);
    await database.query('UNLISTEN applied');
    await database.query('DROP TRIGGER tell ON pending_barrier');
  }
}
