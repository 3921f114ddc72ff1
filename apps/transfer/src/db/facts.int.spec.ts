import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newId } from '@convenant/kernel';
import { createTestDatabase, type TestDatabase } from '@convenant/testing';
import { migrations } from '../migrations.js';
import {
  endProtocol,
  insertConsentFact,
  resumeProtocol,
  suspendProtocol,
  upsertProtocolDraft,
  upsertProtocolVersion,
  withdrawConsentFact,
} from './fact.statements.js';

describe('facts of protocols and consents', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const [protocolId, consentId, sender, receiver] = [newId(), newId(), newId(), newId()];

  beforeAll(async () => {
    database = await createTestDatabase({ service: 'transfer', migrations });
    client = new pg.Client({ connectionString: database.runtimeUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  const version = (effectiveFrom: Date | null) =>
    upsertProtocolVersion({
      protocolId,
      protocolVersion: 1,
      model: effectiveFrom ? '{"a":1}' : '{}',
      digest: effectiveFrom ? 'e' : 'd',
      effectiveFrom,
    });
  const given = insertConsentFact({
    consentId,
    version: 1,
    state: 'given',
    subjectRef: newId(),
    protocolId,
    purpose: 'p',
    items: ['name'],
    recipient: { party: receiver, unit: 'u', category: 'c' },
    noticePoints: [],
    givenAt: new Date(0),
    expiresAt: null,
  });
  const history = () => [
    upsertProtocolDraft({ protocolId, version: 1, sender, receiver, frameworkId: null }),
    version(null),
    version(new Date(1000)),
    suspendProtocol(protocolId, 3, new Date(2000), '11'),
    resumeProtocol(protocolId, 4),
    suspendProtocol(protocolId, 5, new Date(3000), '11'),
    endProtocol(protocolId, 6, new Date(9000), '11-notice'),
    endProtocol(protocolId, 7, new Date(4000), '8'),
    given,
    withdrawConsentFact(consentId, 2, new Date(5000)),
  ];
  const state = async () => {
    const protocol = await client.query('SELECT * FROM protocol_fact JOIN protocol_version_fact USING (protocol_id)');
    const consent = await client.query('SELECT * FROM consent_fact');
    return JSON.stringify([protocol.rows, consent.rows]);
  };

  it('are what the last event says, the earliest end counting', async () => {
    for (const statement of history()) await client.query(statement);
    const { rows } = await client.query('SELECT version, ended_at, stop_clause, suspended_from FROM protocol_fact');
    expect(rows).toEqual([{ version: 7, ended_at: new Date(4000), stop_clause: '8', suspended_from: new Date(3000) }]);
  });

  it('do not change while a replay goes over the same events again: nothing looks open for a moment', async () => {
    const before = await state();
    for (const statement of history()) {
      await client.query(statement);
      expect(await state()).toBe(before);
    }
  });
});
