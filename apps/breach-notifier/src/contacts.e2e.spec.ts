import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contactChanged, contactVerificationLapsed, contactVerified, valuesErased } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { eventually } from '@convenant/testing';
import { BreachWorld, model, RECEIVER_DPO, report } from './testing/breach-world.support.spec.js';

describe('what register and transfer tell', () => {
  let world: BreachWorld;

  beforeAll(async () => {
    world = await BreachWorld.start();
  });
  afterAll(() => world?.stop());

  const change = (mailbox: string, what: 'added' | 'removed', contactId: string) =>
    world.register.publish(contactChanged, {
      subject: contactId,
      data: {
        contactId,
        partyId: world.sender,
        role: 'breach',
        mailbox,
        change: what,
        changedAt: '2026-04-01T08:00:00Z',
      },
    });

  it('OG-9-contacts a notice goes to the mailbox that a party has now, not to one it gave up', async () => {
    const protocolId = await world.protocol(newId(), undefined, {
      breach: { ...model.breach!, contacts: [] },
    });
    await world.disclosure({ protocolId });
    const [old, current] = [newId(), newId()];
    await change('old@opgroeien.example', 'added', old);
    await change('current@opgroeien.example', 'added', current);
    await change('old@opgroeien.example', 'removed', old);
    await eventually(
      async () => {
        const { rows } = await world.database.query('SELECT contacts FROM party_fact WHERE party_id = $1', [
          world.sender,
        ]);
        const breach = rows[0]?.contacts.filter(({ role }: any) => role === 'breach');
        return JSON.stringify(breach?.map(({ mailbox }: any) => mailbox)) === '["current@opgroeien.example"]';
      },
      { what: 'the change has arrived' },
    );
    const { status } = await (await world.of(world.receiver)).post('/breach/v1/breaches', report());
    expect(status).toBe(201);
    await eventually(() => world.mail.arrived.some(({ to }) => to === 'current@opgroeien.example'), {
      what: 'the notice has arrived',
    });
    expect(world.mail.arrived.some(({ to }) => to === 'old@opgroeien.example')).toBe(false);
  });

  it('OG-9-contacts a notice warns of mailboxes that nobody showed to be read, or too long ago', async () => {
    const of = (party: string, role: string, mailbox: string) => {
      const contactId = newId();
      return { subject: contactId, data: { contactId, partyId: party, role, mailbox } };
    };
    const [sender, receiver] = [
      of(world.sender, 'dpo', 'dpo@opgroeien.example'),
      of(world.receiver, 'dpo', RECEIVER_DPO),
    ];
    const times = { verifiedAt: '2026-01-05T09:00:00Z', validUntil: '2026-07-05T09:00:00Z' };
    for (const { subject, data } of [sender, receiver]) {
      await world.register.publish(contactVerified, { subject, data: { ...data, ...times } });
    }
    const lapse = { ...receiver.data, lapsedAt: '2026-04-02T09:00:00Z' };
    await world.register.publish(contactVerificationLapsed, { subject: receiver.subject, data: lapse });
    await eventually(
      async () => {
        const { rows } = await world.database.query('SELECT state FROM contact_verification ORDER BY state');
        return JSON.stringify(rows.map(({ state }) => state)) === '["lapsed","verified"]';
      },
      { what: 'the verifications have arrived' },
    );
    const protocolId = await world.protocol(newId(), undefined, { breach: { ...model.breach!, contacts: [] } });
    const { disclosureId } = await world.disclosure({ protocolId });
    const ocmw = await world.of(world.receiver);
    const { body } = await ocmw.post('/breach/v1/breaches', report({ scope: { disclosureIds: [disclosureId] } }));
    const notice = (await ocmw.get(`/breach/v1/notices/${body.notices[0]}`)).body;
    // The sender's breach mailbox of the register was never shown; its DPO's was.
    const findings = ['SENDER_CONTACT_NOT_DPO', 'SENDER_CONTACT_UNVERIFIED', 'RECEIVER_CONTACT_LAPSED'];
    expect(notice.findings).toEqual(findings);
  });

  it('OG-9-breach says which items were erased before the breach began, to a breached receiver alone', async () => {
    const subjectRef = newId();
    const [gone, kept] = [await world.disclosure({ subjectRef }), await world.disclosure({ subjectRef })];
    const erase = (disclosureId: string, items: string[], erasedAt: string) =>
      world.transfer.publish(valuesErased, {
        subject: disclosureId,
        protocolId: world.protocolId,
        data: {
          ...{ disclosureId, protocolId: world.protocolId, subjectRef, generation: 1, items },
          technique: 'crypto-shred',
          counts: { envelopes: 1, keys: 1, passphrases: 0 },
          verification: { query: 'rows-of-disclosure', remaining: 0 },
          kekGeneration: 1,
          erasedAt,
        },
      });
    await erase(gone.disclosureId, ['contact', 'name'], '2026-03-30T10:00:00Z');
    await erase(kept.disclosureId, ['contact'], '2026-03-31T10:00:00Z');
    // While the breach went on: it was there.
    await erase(kept.disclosureId, ['name'], '2026-04-02T07:00:00Z');
    const known = async () => (await world.database.query('SELECT FROM erased_item')).rowCount === 4;
    await eventually(known, { what: 'the erasures have arrived' });

    const scope = { disclosureIds: [gone.disclosureId, kept.disclosureId] };
    const listsOf = async (party: string) => {
      const dpo = await world.of(party);
      const { body } = await dpo.post('/breach/v1/breaches', report({ scope }));
      expect(body.scope.counts).toMatchObject({ disclosures: 2, persons: 1, items: 4 });
      const path = `/breach/v1/breaches/${body.id}`;
      const lists = [await dpo.get(`${path}/disclosures`), await dpo.get(`${path}/subjects`)];
      return lists.map((list) => list.body.items.map(({ erasedItems }: any) => erasedItems));
    };
    const expected = new Map([
      [gone.disclosureId, ['contact', 'name']],
      [kept.disclosureId, ['contact']],
    ]);
    expect(await listsOf(world.receiver)).toEqual([
      [...expected.keys()].sort().map((id) => expected.get(id)),
      [['contact']],
    ]);
    expect(await listsOf(world.sender)).toEqual([[undefined, undefined], [undefined]]);
  });
});
