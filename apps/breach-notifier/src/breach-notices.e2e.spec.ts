import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { undeclaredRoutes } from '@convenant/platform';
import { eventually, type TestClient } from '@convenant/testing';
import {
  BreachWorld,
  model,
  NOW,
  RECEIVER_CONTACT,
  RECEIVER_DPO,
  report,
  SENDER_CONTACT,
} from './testing/breach-world.support.spec.js';

const BREACHES = '/breach/v1/breaches';
const NOTICES = '/breach/v1/notices';

describe('a breach at the receiver', () => {
  let world: BreachWorld;
  let ocmw: TestClient;
  let og: TestClient;
  let affected: { disclosureId: string; subjectRef: string }[];

  beforeAll(async () => {
    world = await BreachWorld.start({ PUBLIC_URL: 'https://convenant.example/' });
    [ocmw, og] = [await world.of(world.receiver), await world.of(world.sender)];
    const same = newId();
    affected = [
      await world.disclosure({ subjectRef: same }),
      await world.disclosure({ subjectRef: same, items: ['name'] }),
      await world.disclosure(),
    ];
    await world.disclosure({ at: '2026-04-03T09:30:00Z' }); // after the breach had ended
    await world.disclosure({ fails: true }); // never reached the receiver
  });
  afterAll(() => world?.stop());

  async function breached(more: object = {}): Promise<any> {
    const { status, body } = await ocmw.post(BREACHES, report(more));
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  it('has no route that does not say who may use it', () => {
    expect(undeclaredRoutes(world.service.app)).toEqual([]);
  });

  it('OG-9-breach computes disclosures, persons, items and counterparties from the ledger and tells both contacts', async () => {
    const breach = await breached();
    expect(breach).toMatchObject({
      state: 'detected',
      scope: {
        phase: 1,
        counts: { disclosures: 3, persons: 2, items: 5 },
        items: ['contact', 'name'],
        protocols: [world.protocolId],
        counterparties: [world.sender],
        unreadable: 0,
      },
    });
    const list = await ocmw.get(`${BREACHES}/${breach.id}/disclosures?limit=2`);
    const rest = await ocmw.get(`${BREACHES}/${breach.id}/disclosures?limit=2&after=${list.body.next}`);
    const listed = [...list.body.items, ...rest.body.items];
    expect(listed.map((it: any) => it.disclosureId).sort()).toEqual(affected.map((it) => it.disclosureId).sort());
    expect(listed[0]).toMatchObject({ counterparty: world.sender, deliveredAt: '2026-03-20T09:01:00.000Z' });
    expect(rest.body.next).toBeUndefined();

    const [noticeId] = breach.notices;
    const notice = await world.notice(og, noticeId, 'notified');
    expect(notice).toMatchObject({
      mine: 'counterparty',
      partyId: world.receiver,
      counterparty: world.sender,
      clause: '9-breach',
      counts: { disclosures: 3, persons: 2, items: 5 },
      // The clause goes via the DPOs, and the contact of the receiver is another address.
      // Nobody has shown that the three mailboxes are read.
      findings: ['SENDER_CONTACT_UNVERIFIED', 'RECEIVER_CONTACT_NOT_DPO', 'RECEIVER_CONTACT_UNVERIFIED'],
    });
    const mails = await eventually(() => (world.mail.of(noticeId).length === 3 ? world.mail.of(noticeId) : undefined), {
      what: 'all contacts have their mail',
    });
    expect(mails.map(({ to }) => to).sort()).toEqual([RECEIVER_CONTACT, RECEIVER_DPO, SENDER_CONTACT].sort());
    const told = mails.find(({ to }) => to === SENDER_CONTACT)!;
    for (const part of [
      noticeId,
      model.title.nl,
      model.title.fr,
      model.title.en,
      '9-breach',
      'Betrokken: 3 mededelingen, 2 personen, 5 gegevens',
      'Concernés : 3 communications',
      'Concerned: 3 disclosures',
      `https://convenant.example/breach/v1/notices/${noticeId}`,
    ]) {
      expect(told.text).toContain(part);
    }
    // No reference to a person either.
    for (const { subjectRef, disclosureId } of affected) {
      for (const mail of mails) expect(mail.raw + mail.text).not.toMatch(new RegExp(`${subjectRef}|${disclosureId}`));
    }

    const events = await world.events(breach.id);
    expect(events.map(({ name }) => name)).toEqual([
      'breach.detected',
      'breach.awareness.recorded',
      'breach.scope.computed',
      'counterparty.notified',
    ]);
    expect(events.every(({ data }) => data.partyId === world.receiver)).toBe(true);
    expect(events[3]!.data).toMatchObject({
      counterparty: world.sender,
      counts: { disclosures: 3, persons: 2, items: 5 },
      messageId: told.messageId,
      sentAt: notice.sentAt,
    });
    expect(events[3]!.row).toMatchObject({ subject: noticeId });
    expect(JSON.stringify(events.map(({ data }) => data))).not.toContain(affected[0]!.subjectRef);
  });

  it('OG-9-breach is acknowledged by both, each once, with sent and received instants', async () => {
    const { notices, id } = await breached();
    const [noticeId] = notices;
    const { sentAt } = await world.notice(og, noticeId, 'notified');
    const path = `${NOTICES}/${noticeId}/acknowledgements`;
    for (const receivedAt of ['2026-05-01T00:00:00Z', '2026-03-01T00:00:00Z']) {
      const { status, body } = await og.post(path, { receivedAt });
      expect([status, body.code, body.clause]).toEqual([400, 'INPUT_INVALID', '9-breach']);
    }
    const own = await ocmw.post(path, {});
    expect([own.status, own.body.state]).toEqual([201, 'notified']);
    expect((await ocmw.get(`${BREACHES}/${id}`)).body.waitsFor).toContain(`acknowledgement:${noticeId}`);

    const key = randomUUID();
    const answers = [await og.post(path, {}, key), await og.post(path, {}, key)];
    expect(answers.map(({ status, body }) => [status, body.state])).toEqual([
      [201, 'acknowledged'],
      [201, 'acknowledged'],
    ]);
    expect(answers[0]!.body.acknowledgements.map((it: any) => it.byParty)).toEqual([world.receiver, world.sender]);
    const again = await og.post(path, {});
    expect([again.status, again.body.code]).toEqual([409, 'CONFLICT']);

    const said = (await world.events(noticeId)).filter(({ name }) => name === 'counterparty.acknowledged');
    expect(said.map(({ data }) => [data.byParty, data.sentAt])).toEqual([
      [world.receiver, sentAt],
      [world.sender, sentAt],
    ]);
    expect(said[1]!.data).toMatchObject({ receivedAt: expect.any(String), clause: '9-breach' });
  });

  it('OG-9-consult is opened by one, decided by the other and closed with minutes, and keeps the breach open till then', async () => {
    const { notices, id } = await breached();
    const [noticeId] = notices;
    const opened = await og.post(`${NOTICES}/${noticeId}/consultations`, { topics: ['limit-consequences'] });
    expect(opened.body).toMatchObject({ state: 'open', clause: '9-consult', openedBy: world.sender });
    const path = `/breach/v1/consultations/${opened.body.id}`;
    expect((await ocmw.get(`${BREACHES}/${id}`)).body.waitsFor).toContain(`consultation:${opened.body.id}`);

    const minutesHash = 'c'.repeat(64);
    const decision = { decision: 'reset-mailbox-credentials', actions: ['second-factor'], minutesHash };
    const wrong = await ocmw.post(`${path}/decisions`, { ...decision, actor: world.outsider });
    expect([wrong.status, wrong.body.code, wrong.body.clause]).toEqual([400, 'INPUT_INVALID', '9-consult']);
    const decided = await ocmw.post(`${path}/decisions`, { ...decision, actor: world.receiver });
    expect(decided.body.decisions).toMatchObject([{ decision: 'reset-mailbox-credentials', byParty: world.receiver }]);
    const closed = await og.post(`${path}/closings`, { minutesHash });
    expect(closed.body).toMatchObject({ state: 'closed', closedBy: world.sender, minutesHash });
    const late = await ocmw.post(`${path}/decisions`, decision);
    expect([late.status, late.body.code, late.body.clause]).toEqual([409, 'CONFLICT', '9-consult']);

    const events = (await world.events(opened.body.id)).filter(({ subject }) => subject === opened.body.id);
    expect(events.map(({ name }) => name)).toEqual([
      'consultation.opened',
      'consultation.decided',
      'consultation.closed',
    ]);
    expect(events[2]!.data).toMatchObject({ decisions: 1, partyId: world.receiver, counterparty: world.sender });
    expect((await ocmw.get(`${BREACHES}/${id}`)).body.waitsFor).not.toContain(`consultation:${opened.body.id}`);
  });

  it('OG-9-information shares a note between the two parties; the trail carries its hash alone', async () => {
    const { notices } = await breached();
    const note = 'Two mailboxes without a second factor were reachable from outside.';
    const shared = await ocmw.post(`${NOTICES}/${notices[0]}/improvements`, { measure: 'second-factor', note });
    expect([shared.status, shared.body.clause]).toEqual([201, '9-information']);
    const read = await og.get(`/breach/v1/improvements/${shared.body.id}`);
    expect(read.body).toEqual(shared.body);
    const [event] = await world.events(shared.body.id);
    expect(event).toMatchObject({ name: 'improvement.shared', data: { noteHash: shared.body.noteHash } });
    expect(JSON.stringify(event!.data)).not.toContain('mailboxes');
    const outsider = await world.of(world.outsider);
    expect((await outsider.get(`/breach/v1/improvements/${shared.body.id}`)).status).toBe(404);
  });

  it('shows a counterparty what is addressed to it and nothing of the breach itself', async () => {
    const { id, notices } = await breached();
    for (const path of ['', '/disclosures', '/subjects']) {
      expect((await og.get(`${BREACHES}/${id}${path}`)).status).toBe(404);
    }
    expect((await og.get(BREACHES)).body.items).toEqual([]);
    const theirs = (await og.get(`${NOTICES}?limit=200`)).body.items.map((it: any) => it.id);
    expect(theirs).toContain(notices[0]);
    const outsider = await world.of(world.outsider);
    expect((await outsider.get(NOTICES)).body.items).toEqual([]);
    expect((await outsider.get(`${NOTICES}/${notices[0]}`)).status).toBe(404);
    for (const [path, body] of [
      [`${NOTICES}/${notices[0]}/acknowledgements`, {}],
      [`${NOTICES}/${notices[0]}/consultations`, { topics: [] }],
      [`${BREACHES}/${id}/dismissals`, { reason: 'x' }],
    ] as const) {
      expect((await outsider.post(path, body)).status).toBe(404);
    }
    const user = await world.of(world.receiver, ['agency-user']);
    expect((await user.get(BREACHES)).status).toBe(403);
    expect((await user.post(BREACHES, report())).status).toBe(403);
    const ops = await world.of(world.receiver, ['ops']);
    expect((await ops.get(`${BREACHES}/${id}/subjects`)).status).toBe(403);
    expect((await ops.get(BREACHES)).status).toBe(200);
  });

  it('OG-9-breach escalates a mailbox that refuses for good, and delivers the reminder elsewhere', async () => {
    world.mail.behaviour = { refuse: { [SENDER_CONTACT]: 550 } };
    const { notices } = await breached();
    const [noticeId] = notices;
    const notice = await world.notice(ocmw, noticeId, 'escalated');
    expect(notice.escalationCause).toBe('mailRefused');
    expect(notice.mails.find((it: any) => it.state === 'failed')).toMatchObject({
      lastAnswer: 'RCPT TO 550',
      tries: 1,
    });
    // The DPO of the register, whom the protocol does not name, gets the reminder; so the counterparty is told after all.
    const told = await eventually(
      async () => {
        const { body } = await og.get(`${NOTICES}/${noticeId}`);
        return body.sentAt && world.mail.of(noticeId).length === 5 && body;
      },
      { what: 'the reminder arrived' },
    );
    expect(told.state).toBe('escalated');
    const mails = world.mail.of(noticeId).map(({ to }) => to);
    expect(mails.filter((to) => to === 'dpo@opgroeien.example')).toHaveLength(1);
    expect(mails).not.toContain(SENDER_CONTACT);
    const names = (await world.events(noticeId)).map(({ name }) => name);
    expect(names).toEqual(['counterparty.escalated', 'counterparty.notified']);
    world.mail.behaviour = {};
  });

  it('OG-9-breach tries again after a passing failure and a cut connection, with the same Message-ID and one effect', async () => {
    world.mail.behaviour = { refuse: { [SENDER_CONTACT]: 451 } };
    const { notices } = await breached();
    const [noticeId] = notices;
    await eventually(
      async () => {
        const { body } = await og.get(`${NOTICES}/${noticeId}`);
        return body.mails.some((it: any) => it.lastAnswer === 'RCPT TO 451' && it.tries >= 2);
      },
      { what: 'the mail was tried twice' },
    );
    world.mail.behaviour = { cut: true };
    const sent = () => world.mail.of(noticeId).filter(({ to }) => to === SENDER_CONTACT);
    await eventually(() => sent().length >= 1, { what: 'the whole message arrived and was not answered' });
    world.mail.behaviour = {};
    await world.notice(og, noticeId, 'notified');
    expect(sent().length).toBeGreaterThanOrEqual(2);
    expect(new Set(sent().map(({ raw }) => raw)).size).toBe(1);
    expect(new Set(sent().map(({ messageId }) => messageId)).size).toBe(1);
    const notified = (await world.events(noticeId)).filter(({ name }) => name === 'counterparty.notified');
    expect(notified).toHaveLength(1);
  });

  it('OG-9-breach escalates a notice that nobody acknowledged within the period, once', async () => {
    const { notices, id } = await breached();
    const [noticeId] = notices;
    await world.notice(og, noticeId, 'notified');
    await world.clock.set('2026-04-04T10:30:00Z');
    const notice = await world.notice(og, noticeId, 'escalated');
    expect(notice.escalationCause).toBe('notAcknowledged');
    const mailboxes = await eventually(
      () => {
        const mails = world.mail.of(noticeId);
        // Each of the three contacts got the notice; ours the escalation, theirs (and their DPO of the register) the reminder.
        return mails.length === 7 ? mails.map(({ to }) => to) : undefined;
      },
      { what: 'reminders and escalations arrived' },
    );
    expect(mailboxes.filter((to) => to === SENDER_CONTACT)).toHaveLength(2);
    expect(mailboxes.filter((to) => to === 'dpo@opgroeien.example')).toHaveLength(1);
    expect((await ocmw.get(`${BREACHES}/${id}`)).body.waitsFor).not.toContain(`acknowledgement:${noticeId}`);
    const acknowledged = await og.post(`${NOTICES}/${noticeId}/acknowledgements`, {});
    expect(acknowledged.body.state).toBe('acknowledged');
    const names = (await world.events(noticeId)).map(({ name }) => name);
    expect(names).toEqual(['counterparty.notified', 'counterparty.escalated', 'counterparty.acknowledged']);
    await world.clock.set(NOW);
  });

  it('tells nobody where the protocol has no such duty, and says so where nobody can be written to', async () => {
    const parties = { sender: world.outsider, receiver: world.receiver };
    const silent = await world.protocol(newId(), parties, { breach: null });
    await world.disclosure({ protocolId: silent });
    const quiet = await breached({ scope: { protocolIds: [silent] } });
    expect(quiet.scope.counterparties).toEqual([world.outsider]);
    expect(quiet.notices).toEqual([]);

    const unreachable = await world.protocol(newId(), parties, {
      breach: { ...model.breach!, contacts: [] },
      parties: { ...model.parties, sender: { ...model.parties.sender, dpo: { contact: null, clause: '9-contacts' } } },
    });
    await world.disclosure({ protocolId: unreachable });
    const { notices } = await breached({ scope: { protocolIds: [unreachable] } });
    const notice = await world.notice(ocmw, notices[0], 'escalated');
    const findings = ['SENDER_DPO_CONTACT_UNKNOWN', 'RECEIVER_CONTACT_UNVERIFIED'];
    expect(notice).toMatchObject({ escalationCause: 'noContact', findings });
  });

  it('tells a counterparty again only of what a later phase changed for it', async () => {
    const scope = { disclosureIds: [affected[0]!.disclosureId] };
    const { id, notices } = await breached({ scope });
    const same = await ocmw.post(`${BREACHES}/${id}/scope`, { scope });
    expect([same.body.scope.phase, same.body.notices]).toEqual([2, notices]);
    const wider = await ocmw.post(`${BREACHES}/${id}/scope`, { scope: { protocolIds: [world.protocolId] } });
    expect(wider.body.scope).toMatchObject({ phase: 3, counts: { disclosures: 3, persons: 2, items: 5 } });
    expect(wider.body.notices).toHaveLength(2);
    const notice = await world.notice(og, wider.body.notices[1], 'notified');
    expect(notice).toMatchObject({ phase: 3, counts: { disclosures: 3 } });
  });

  it('GDPR-33 cannot close a breach that goes on, or whose ledger has outgrown the scope', async () => {
    const parties = { sender: world.sender, receiver: world.receiver };
    const protocolId = await world.protocol(newId(), parties);
    await world.disclosure({ protocolId });
    const scope = { protocolIds: [protocolId] };
    const { id, waitsFor } = await breached({ scope, occurredTo: undefined });
    expect(waitsFor).toContain('end');
    expect(waitsFor).not.toContain('scope');
    await world.disclosure({ protocolId, at: '2026-04-02T07:00:00Z' });
    expect((await ocmw.get(`${BREACHES}/${id}`)).body.waitsFor).toEqual(expect.arrayContaining(['end', 'scope']));
    const early = await ocmw.post(`${BREACHES}/${id}/scope`, { scope, occurredTo: '2026-04-01T00:00:00Z' });
    expect([early.status, early.body.issues[0].name]).toEqual([400, '/occurredTo']);
    const ended = await ocmw.post(`${BREACHES}/${id}/scope`, { scope, occurredTo: '2026-04-02T08:00:00Z' });
    expect(ended.body).toMatchObject({ occurredTo: '2026-04-02T08:00:00.000Z', scope: { counts: { disclosures: 2 } } });
    expect(ended.body.waitsFor).not.toEqual(expect.arrayContaining(['end']));
    expect(ended.body.waitsFor).not.toContain('scope');
  });

  it('OG-9-breach holds for the sender too, whose values were there until a delivery failed', async () => {
    const protocolId = await world.protocol(newId());
    await world.disclosure({ protocolId, at: '2026-04-01T09:00:00Z', fails: true }); // over before the breach
    await world.disclosure({ protocolId, at: '2026-04-02T06:59:30Z', fails: true }); // there while it happened
    await world.disclosure({ protocolId });
    const system = await world.of(world.sender, ['agency']);
    const { status, body } = await system.post(BREACHES, report({ scope: { protocolIds: [protocolId] } }));
    expect([status, body.scope.counts]).toEqual([201, { disclosures: 2, persons: 2, items: 4 }]);
    const notice = await world.notice(ocmw, body.notices[0], 'notified');
    expect(notice).toMatchObject({ mine: 'counterparty', partyId: world.sender, counterparty: world.receiver });
    expect((await system.get(`${BREACHES}/${body.id}`)).status).toBe(403);
    expect((await og.get(`${BREACHES}/${body.id}`)).status).toBe(200);
  });

  it('narrows the scope by person and by period', async () => {
    const { subjectRef } = affected[0]!;
    const person = await breached({ scope: { subjectRefs: [subjectRef] } });
    expect(person.scope.counts).toEqual({ disclosures: 2, persons: 1, items: 3 });
    const period = { from: '2026-03-25T00:00:00Z', to: '2026-04-01T00:00:00Z' };
    const none = await breached({ scope: { protocolIds: [world.protocolId], period } });
    expect(none).toMatchObject({ scope: { counts: { disclosures: 0, persons: 0, items: 0 } }, notices: [] });
  });
});
