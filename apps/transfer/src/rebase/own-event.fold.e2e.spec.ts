import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { formatInstant } from '@convenant/kernel';
import { Outbox, type ReceivedEvent } from '@convenant/messaging';
import { createTestDatabase, eventually, type TestClient, type TestDatabase } from '@convenant/testing';
import { migrations } from '../migrations.js';
import { startUseCases } from '../testing/start-use-cases.support.spec.js';
import { TransferWorld } from '../testing/transfer-world.support.spec.js';
import { transferFold as fold } from './own-event.fold.js';

/** Tables that the events tell whole, with the columns that no event carries left out. */
const told: Record<string, string> = {
  // Of a delivery that never left no event has the digest.
  disclosure: `to_jsonb(t) - 'archive_bytes' - 'file_name' - 'withheld' - 'ledger' - CASE WHEN t.state = 'failed' THEN 'archive_digest' ELSE '' END`,
  // The ledger, item by item.
  disclosure_item: `to_jsonb(t) - 'fields'`,
  consent_use: 'to_jsonb(t)',
  collection: 'to_jsonb(t)',
  erasure_answer: 'to_jsonb(t)',
  quality_report: 'to_jsonb(t)',
  correction: 'to_jsonb(t)',
  onward_disclosure: 'to_jsonb(t)',
  subject: 'to_jsonb(t)',
};

describe('a database that was restored from before', () => {
  let world: TransferWorld;
  let team: TestClient;
  let worker: TestClient;
  let folder: string;
  let database: TestDatabase;
  let restored: pg.Pool;
  let app: INestApplicationContext;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
    team = await world.team();
    worker = await world.socialWorker();
    folder = await mkdtemp(join(tmpdir(), 'fold-'));
    database = await createTestDatabase({ service: 'transfer', migrations });
    restored = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
    app = await startUseCases({
      url: database.runtimeUrl,
      connections: 4,
      keyringFile: join(folder, 'keyring.json'),
    });
  }, 60_000);
  afterAll(async () => {
    await app?.close();
    await restored?.end();
    await database?.drop();
    await world?.stop();
    await rm(folder, { recursive: true });
  });

  const collect = (id: string, what: string) =>
    worker.post(`/transfer/v1/disclosures/${id}/${what}/collect`, undefined);
  const report = async (disclosureId: string) => {
    const body = { disclosureId, items: ['contact'], kind: 'wrong', toldBySubject: false };
    return (await worker.post('/transfer/v1/quality-reports', body)).body.id as string;
  };
  const resolve = async (id: string, body: object) => {
    await team.post(`/transfer/v1/quality-reports/${id}/investigations`, { findings: 'confirmed' });
    return (await team.post(`/transfer/v1/quality-reports/${id}/resolution`, body)).body;
  };

  /** Everything this service can say, at least once. */
  async function live(): Promise<void> {
    const erased = await world.delivered();
    await collect(erased.id, 'passphrase');
    await world.requestErasure(erased.id, erased.subjectRef);
    await world.event(erased.id, 'values.erased');
    const corrected = await world.delivered();
    await collect(corrected.id, 'values');
    for (const category of ['integrated-broad-reception', 'nobody-named']) {
      await worker.post(`/transfer/v1/disclosures/${corrected.id}/onward-disclosures`, {
        recipient: { enterpriseNumber: '0123456749', category },
        items: ['name'],
        purpose: 'access-to-social-support',
        at: formatInstant(Date.now()),
      });
    }
    const fields = { phone: '+32 3 555 09 99' };
    const resolved = await resolve(await report(corrected.id), {
      measure: 'corrected',
      reason: 'sourceWasWrong',
      items: [{ item: 'contact', fields }],
    });
    await collect(corrected.id, 'values');
    await worker.post(`/transfer/v1/corrections/${resolved.corrections[0].id}/acknowledgements`, undefined);
    const superfluous = await world.delivered();
    await resolve(await report(superfluous.id), { measure: 'erased', reason: 'notNecessary' });
    const withdrawn = await report(superfluous.id);
    await worker.post(`/transfer/v1/quality-reports/${withdrawn}/withdrawal`, undefined);
    const held = await world.delivered();
    await world.placeHold({ disclosureId: held.id });
    await eventually(async () => (await world.events()).some(({ name }) => name === 'barrier.applied'), {
      what: 'the hold is a barrier',
    });
    await world.requestErasure(held.id, held.subjectRef);
    await world.event(held.id, 'erasure.withheld');
    const subjectRef = await world.subject(team);
    await team.post('/transfer/v1/disclosures', world.request(subjectRef, null));
    world.mail.behaviour = { refuseWith: 550 };
    const consent = await world.giveConsent(subjectRef);
    const { body } = await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));
    await world.event(body.id, 'values.erased');
    world.mail.behaviour = {};
  }

  function received({ name, data, row }: Awaited<ReturnType<TransferWorld['events']>>[number]): ReceivedEvent {
    return {
      name,
      data,
      id: row.event_id ?? row.id,
      subject: row.subject,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      ...(row.actor_party ? { actorParty: row.actor_party } : null),
      ...(row.actor_ref ? { actorRef: row.actor_ref } : null),
    } as ReceivedEvent;
  }

  it('learns its ledger again from its own events, erasures first, and has nothing that can be read', async () => {
    await live();
    for (const table of ['protocol_fact', 'protocol_version_fact']) {
      const { rows } = await world.database.query(`SELECT to_jsonb(t) AS row FROM ${table} t`);
      for (const { row } of rows)
        await restored.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_record(null::${table}, $1)`, [row]);
    }
    const events = await world.events();
    const outbox = app.get(Outbox);
    const first = events.filter(({ name }) => name === 'values.erased');
    const rest = events.filter(({ name }) => name !== 'values.erased');
    for (const event of [...first, ...rest]) {
      // As the rebase does: the event's own row and the fold in one transaction.
      await outbox.transaction([], async (tx) => {
        await fold.fold(tx, received(event));
      });
      if (event.name === 'values.erased') await plant(event.row);
    }
    for (const [table, columns] of Object.entries(told)) {
      const query = `SELECT ${columns} AS row FROM ${table} t ORDER BY 1`;
      const [before, after] = [await world.database.query(query), await restored.query(query)];
      expect([table, after.rows.map(({ row }) => row)]).toEqual([table, before.rows.map(({ row }) => row)]);
      expect(before.rows.length).toBeGreaterThan(0);
    }
    expect((await restored.query('SELECT 1 FROM vault_envelope')).rowCount).toBe(0);
  }, 60_000);

  /** The outbox row of an event, as the rebase appends it. */
  async function plant(row: Record<string, unknown>): Promise<void> {
    const { rows } = await world.database.query(
      `SELECT to_jsonb(t) AS row FROM outbox t WHERE subject = $1 AND aggregate_version = $2`,
      [row['subject'], row['aggregate_version']],
    );
    await restored.query(
      'INSERT INTO outbox OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(null::outbox, $1)',
      [rows[0].row],
    );
  }
});
