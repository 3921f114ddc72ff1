import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contactChanged } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { eventually } from '@convenant/testing';
import { BreachWorld, model, report } from './testing/breach-world.support.spec.js';

describe('contacts of the register', () => {
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
});
