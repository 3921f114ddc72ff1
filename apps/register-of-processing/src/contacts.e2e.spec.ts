import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { eventually, kafkaSettings, type TestClient } from '@convenant/testing';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { agreementOnOg } from './agreements.support.spec.js';
import { RegisterWorld } from './register.support.spec.js';

interface Mail {
  to: string;
  headers: string;
  text: string;
  messageId: string;
}

describe('contacts', () => {
  let world: RegisterWorld;
  let mailServer: SMTPServer;
  let og: string;
  let ocmw: string;
  let dpo: TestClient;
  let contacts: string;
  const mails: Mail[] = [];
  /** What the server answers to a recipient; null: it takes the mail. */
  let refuses: 451 | 550 | null = null;

  beforeAll(async () => {
    mailServer = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_address, _session, done) =>
        done(refuses === null ? null : Object.assign(new Error('no'), { responseCode: refuses })),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const [headers, body] = Buffer.concat(chunks).toString().split('\r\n\r\n') as [string, string];
          const to = session.envelope.rcptTo.map(({ address }) => address).join();
          const messageId = /^Message-ID: (.*)$/im.exec(headers)![1]!;
          mails.push({ to, messageId, headers, text: Buffer.from(body, 'base64').toString('utf8') });
          done();
        });
      },
    });
    mailServer.on('error', () => undefined);
    mailServer.listen(0, '127.0.0.1');
    await once(mailServer.server, 'listening');
    const { port } = mailServer.server.address() as AddressInfo;
    world = await RegisterWorld.start('2026-02-27T10:00:00Z', kafkaSettings(), `smtp://127.0.0.1:${port}`);
    og = await world.registerParty('Opgroeien regie', '0886.886.638');
    ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    dpo = await world.of(og, ['dpo']);
    contacts = `/register/v1/parties/${og}/contacts`;
  });
  afterAll(async () => {
    await world?.stop();
    await new Promise<void>((resolve) => mailServer.close(() => resolve()));
  });

  const add = async (mailbox: string, role = 'breach') => (await dpo.post(contacts, { role, mailbox })).body;
  const lastCode = () => /Code: (\d{8})/.exec(mails.at(-1)!.text)![1]!;
  const anotherThan = (code: string) => (code === '00000000' ? '00000001' : '00000000');

  it('OG-9-contacts a mailbox is verified by the code that was mailed to it, and the verification lapses', async () => {
    const added = await dpo.post(contacts, { role: 'breach', mailbox: 'datalek@opgroeien.example' });
    expect(added.status).toBe(201);
    const { id } = added.body;
    expect(added.body).toEqual({
      id,
      partyId: og,
      role: 'breach',
      mailbox: 'datalek@opgroeien.example',
      state: 'unverified',
    });
    const key = newId();
    const sent = await dpo.post(`${contacts}/${id}/codes`, {}, key);
    expect(sent).toMatchObject({ status: 201, body: { state: 'unverified', codeValidUntil: expect.any(String) } });
    expect(mails.at(-1)).toMatchObject({ to: 'datalek@opgroeien.example' });
    await dpo.post(`${contacts}/${id}/codes`, {}, key);
    expect(mails).toHaveLength(1);

    const code = lastCode();
    const wrong = await dpo.post(`${contacts}/${id}/verification`, { code: anotherThan(code) });
    expect(wrong).toMatchObject({ status: 201, body: { state: 'unverified' } });
    const verified = await dpo.post(`${contacts}/${id}/verification`, { code });
    expect(verified.body).toMatchObject({ state: 'verified', validUntil: expect.stringMatching(/^2026-08-27/) });
    const used = await dpo.post(`${contacts}/${id}/verification`, { code });
    expect(used.body).toMatchObject({ status: 409, code: 'CONFLICT' });

    await world.clock.set('2026-08-27T12:00:00Z');
    await eventually(async () => (await world.events(id)).length === 3, { what: 'the lapse is told' });
    const told = await world.events(id);
    expect(told.map(({ type }) => type)).toEqual([
      'contact.changed',
      'contact.verified',
      'contact.verification.lapsed',
    ]);
    expect(JSON.stringify(told)).not.toContain(code);
    const shown = (await dpo.get(contacts)).body.items.find((contact: any) => contact.id === id);
    expect(shown).toMatchObject({ state: 'lapsed' });
    await world.clock.set('2026-02-27T10:00:00Z');
  });

  it('a code that the mail server does not take is mailed by the same command again, and five wrong answers make it void', async () => {
    const { id } = await add('protocol@opgroeien.example', 'protocolMailbox');
    const key = newId();
    refuses = 451;
    const failed = await dpo.post(`${contacts}/${id}/codes`, {}, key);
    expect(failed.body).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(JSON.stringify(failed.body)).not.toContain('opgroeien.example');
    refuses = null;
    expect((await dpo.post(`${contacts}/${id}/codes`, {}, key)).status).toBe(201);
    const code = lastCode();
    for (let i = 0; i < 5; i++) {
      expect((await dpo.post(`${contacts}/${id}/verification`, { code: anotherThan(code) })).status).toBe(201);
    }
    expect((await dpo.post(`${contacts}/${id}/verification`, { code })).body).toMatchObject({ code: 'CONFLICT' });
    await dpo.post(`${contacts}/${id}/codes`, {});
    expect(lastCode()).not.toBe(code);
    const verified = await dpo.post(`${contacts}/${id}/verification`, { code: lastCode() });
    expect(verified.body).toMatchObject({ state: 'verified' });
  });

  it('a code is good for a day', async () => {
    const { id } = await add('late@opgroeien.example');
    await dpo.post(`${contacts}/${id}/codes`, {});
    await world.clock.set('2026-02-28T10:05:00Z');
    const late = await dpo.post(`${contacts}/${id}/verification`, { code: lastCode() });
    expect(late.body).toMatchObject({ status: 409, code: 'CONFLICT' });
    await world.clock.set('2026-02-27T10:00:00Z');
  });

  it('only the officer of the party changes its contacts; counterparties see them, and nobody else', async () => {
    const { id } = await add('second@opgroeien.example');
    const other = await world.of(ocmw, ['dpo']);
    expect((await other.get(contacts)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    await agreementOnOg(world, og, ocmw);
    expect((await other.get(contacts)).body.items.map(({ id: one }: any) => one)).toContain(id);

    const named = { role: 'dpo', mailbox: 'x@opgroeien.example' };
    expect((await other.post(contacts, named)).status).toBe(403);
    expect((await (await world.of(og, ['signatory'])).post(contacts, named)).status).toBe(403);
    expect((await other.post(`${contacts}/${id}/codes`, {})).status).toBe(403);
    const nobody = await dpo.post(contacts, { role: 'dpo', mailbox: 'not a mailbox' });
    expect(nobody.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/mailbox' }] });
    const twice = await dpo.post(contacts, { role: 'breach', mailbox: 'second@opgroeien.example' });
    expect(twice.body).toMatchObject({ status: 409, code: 'CONFLICT' });

    const left = await dpo.post(`${contacts}/${id}/removal`, {});
    expect(left.body.items.map(({ id: one }: any) => one)).not.toContain(id);
    expect((await world.events(id)).at(-1)).toMatchObject({ type: 'contact.changed', data: { change: 'removed' } });
    expect((await dpo.post(`${contacts}/${id}/codes`, {})).body).toMatchObject({ status: 404 });
    const theirs = `/register/v1/parties/${ocmw}/contacts`;
    const [only] = (await other.get(theirs)).body.items;
    expect((await other.post(`${theirs}/${only.id}/removal`, {})).body).toMatchObject({
      status: 409,
      code: 'CONFLICT',
    });
  });

  describe('of an officer', () => {
    let protocolId: string;
    let ocmwDpo: TestClient;
    let at: string;
    const mailbox = 'dpo@agency.test';
    const alert = async (code: string, party: string): Promise<any> =>
      (await dpo.get(`${at}/alerts`)).body.items.find((one: any) => one.code === code && one.party === party);
    const toOfficer = (reference: string) =>
      mails.filter((mail) => mail.to === mailbox && mail.headers.includes(`X-Convenant-Reference: ${reference}`));
    const told = (reference: string, count: number) =>
      eventually(async () => toOfficer(reference).length === count, { what: `${count} mails about ${reference}` });
    const mailIs = (code: string, state: string) =>
      eventually(async () => ((it) => it?.mail === state && it)(await alert(code, og)), {
        what: `${code} is ${state}`,
      });

    const withOwner = async (work: (client: pg.Client) => Promise<unknown>) => {
      const client = new pg.Client({ connectionString: world.service.database.ownerUrl });
      await client.connect();
      await work(client).finally(() => client.end());
    };

    beforeAll(async () => {
      ocmwDpo = await world.of(ocmw, ['dpo']);
      ({ id: protocolId } = await agreementOnOg(world, og, ocmw));
      at = `/register/v1/protocols/${protocolId}`;
      await world.clock.set('2026-03-09T10:00:00Z');
    });

    it('OG-9-contacts an alert says that no mailbox is verified, and is mailed once as soon as one is', async () => {
      const { id } = await mailIs('PUBLICATION_MISSING', 'noContact');
      const [contact] = (await dpo.get(contacts)).body.items.filter(({ role }: any) => role === 'dpo');
      await dpo.post(`${contacts}/${contact.id}/codes`, {});
      await dpo.post(`${contacts}/${contact.id}/verification`, { code: lastCode() });
      await mailIs('PUBLICATION_MISSING', 'sent');
      const [mail] = toOfficer(id) as [Mail];
      expect(mail.headers).toContain('Subject: Convenant: Het protocol is niet gepubliceerd');
      expect(mail.headers).toContain('Auto-Submitted: auto-generated');
      expect(mail.text).toMatch(/^Opgroeien regie\n\nWat: Het protocol is niet gepubliceerd\nProtocol: .*\(D\)\n/);
      expect(mail.text).toMatch(/Sinds: 8 maart 2026.*\nTe doen: Publiceer het protocol/);
      expect(mail.text).toContain(`Referentie: ${id}\nTe lezen in Convenant: ${at}/alerts\n`);
      // The other party acts on its own alert, and has no mailbox that is verified.
      expect(mails.filter(({ to }) => to === mailbox).filter(({ text }) => text.startsWith('OCMW'))).toEqual([]);
    });

    it('OG-9-contacts an alert is mailed when it is raised and when it is over, again while the server does not take it, and not when it never will', async () => {
      refuses = 451;
      await world.clock.set('2026-04-02T10:00:00Z');
      const { id } = await mailIs('PROCESSOR_LIST_NOT_SHARED', 'due');
      refuses = null;
      await told(id, 1);
      await dpo.post(`${at}/processor-lists`, {});
      await told(id, 2);
      const [raised, resolved] = toOfficer(id) as [Mail, Mail];
      expect(resolved.headers).toContain('Subject: Convenant: opgelost: De lijst van verwerkers is niet gedeeld');
      expect(resolved.text).toContain('U hoeft niets te doen.');
      expect(resolved.messageId).not.toBe(raised.messageId);

      refuses = 550;
      const bare = { kind: 'processor', name: 'Voorbeeld Hosting', activities: 'Hosting' };
      await dpo.post(`${at}/processors`, bare);
      await mailIs('PROCESSOR_BLOCKED', 'failed');
      refuses = null;
      // Looked at many times since: told once.
      await world.clock.set('2026-04-04T10:00:00Z');
      await mailIs('EVIDENCE_MISSING', 'sent');
      expect(toOfficer(id)).toHaveLength(2);
    });

    it('a standing alert that a restored database has told nobody of is told at the next look', async () => {
      const { id } = await alert('EVIDENCE_MISSING', og);
      await told(id, 1);
      await withOwner((client) => client.query('DELETE FROM officer_mail'));
      await world.clock.set('2026-04-05T10:00:00Z');
      await told(id, 2);
      expect(toOfficer(id).map(({ text }) => text)).toEqual([toOfficer(id)[0]!.text, toOfficer(id)[0]!.text]);
    });

    it('OG-9-law a change of the law and registers that part reach the officer by mail', async () => {
      const notice = { instrument: 'Decreet van 1 april 2026', inForceOn: '2026-09-01', impact: ['purpose'] };
      const change = (await ocmwDpo.post(`${at}/law-changes`, notice)).body.id;
      await told(change, 1);
      expect(toOfficer(change)[0]!.text).toMatch(
        /De andere partij meldt een wetswijziging[^]*Betreft: Decreet van 1 april/,
      );
      const differing = { reference: 'R-1', recipients: [{ category: 'insurer' }] };
      expect((await dpo.post(`${at}/declared-entry`, differing)).body).toMatchObject({ state: 'mismatched' });
      const entry = (await dpo.get(`${at}/reconciliation`)).body.sender.entryId;
      await told(entry, 1);
      await dpo.post(`${at}/declared-entry`, { reference: 'R-1' });
      await told(entry, 2);
      const subjects = toOfficer(entry).map(({ headers }) => /Subject: (.*)/.exec(headers)![1]!);
      expect(subjects.map((subject) => /^Convenant: (opgelost: )?De verwerkingsregisters/.exec(subject)?.[1])).toEqual([
        undefined,
        'opgelost: ',
      ]);
    });

    it('OG-9-contacts nothing is written to a mailbox whose verification is over', async () => {
      await world.clock.set('2026-09-10T10:00:00Z');
      await eventually(
        async () =>
          (await dpo.get(contacts)).body.items.some((one: any) => one.role === 'dpo' && one.state === 'lapsed'),
        { what: 'it is lapsed' },
      );
      const before = mails.length;
      const second = { instrument: 'Decreet van 1 mei 2026', inForceOn: '2026-10-01', impact: [] };
      expect((await ocmwDpo.post(`${at}/law-changes`, second)).status).toBe(201);
      await mailIs('LAW_REVIEW_OVERDUE', 'noContact');
      expect(mails.length).toBe(before);
    });
  });
});
