import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rightsRequestReceived } from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

const YEAR = 366 * 86_400_000;

describe('who a reference stands for', () => {
  let world: TransferWorld;
  let team: TestClient;

  beforeAll(async () => {
    world = await TransferWorld.start({ env: { ACCOUNTABILITY_PERIOD: 'P10Y', ACCOUNTABILITY_BASIS: 'decision-7' } });
    await world.protocol();
    team = await world.team();
  }, 60_000);
  afterAll(() => world?.stop());

  it('is erased when the accountability period of the last disclosure is over, and not while something keeps it', async () => {
    const agencyCaseRef = `case ${newId()}`;
    const body = { protocolId: world.protocolId, agencyCaseRef };
    const registered = (await team.post('/transfer/v1/subjects', body)).body.subjectRef as string;
    const gone = await world.delivered(registered);
    const kept = await world.delivered();
    await world.requestErasure(gone.id, gone.subjectRef);
    await world.event(gone.id, 'values.erased');
    const asking = await world.subject(team);
    const requestId = newId();
    await world.register.publish(rightsRequestReceived, {
      subject: requestId,
      protocolId: world.protocolId,
      data: {
        ...{ requestId, party: world.sender, protocolId: world.protocolId, subjectRef: asking, right: 'access' },
        ...{ channel: 'letter', receivedAt: formatInstant(Date.now()) },
        ...{ cautiousDueAt: '2026-07-14T22:00:00.000Z', regulationDueAt: '2026-07-15T22:00:00.000Z' },
      },
    });
    await eventually(async () => (await world.database.query('SELECT 1 FROM open_rights_request')).rowCount, {
      what: 'the request is known',
      deadlineMs: 15_000,
    });

    await world.clock.set(formatInstant(Date.now() + 9 * YEAR));
    const unrelated = await world.subject(team);
    expect((await world.events(registered)).map(({ name }) => name)).toEqual(['subject.registered']);
    await world.clock.set(formatInstant(Date.now() + 10.1 * YEAR));
    const erased = await world.event(registered, 'subject.mapping.erased');
    expect(erased.data).toMatchObject({
      subjectRef: registered,
      party: world.sender,
      keys: 1,
      period: 'P10Y',
      basis: 'decision-7',
    });
    const { rows } = await world.database.query('SELECT subject_ref FROM subject_key');
    expect(rows.map(({ subject_ref }) => subject_ref).sort()).toEqual([kept.subjectRef, asking, unrelated].sort());

    const lookup = await team.lookup('/transfer/v1/subjects/get', body);
    expect(lookup.body.items).toEqual([]);
    const late = await team.post('/transfer/v1/disclosures', world.request(registered, null));
    expect(late.body).toMatchObject({ status: 410, code: 'SUBJECT_NOT_IDENTIFIABLE' });
    const again = (await team.post('/transfer/v1/subjects', body)).body.subjectRef;
    expect(again).not.toBe(registered);
  }, 60_000);
});
