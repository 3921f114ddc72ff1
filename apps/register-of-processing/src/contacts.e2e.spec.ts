import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { eventually, kafkaSettings, type TestClient } from '@convenant/testing';
import { SMTPServer } from 'smtp-server';
import { agreementOnOg } from './agreements.support.spec.js';
import { RegisterWorld } from './register.support.spec.js';

interface Mail {
  to: string;
  text: string;
  messageId: string;
}

describe('contacts', () => {
  let world: RegisterWorld;
  let mailServer: SMTPServer;
  let og: string;
  let dpo: TestClient;
  let contacts: string;
  const mails: Mail[] = [];
  let refuses = false;

  beforeAll(async () => {
    mailServer = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_address, _session, done) => done(refuses ? new Error('not now') : null),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const [headers, body] = Buffer.concat(chunks).toString().split('\r\n\r\n') as [string, string];
          const to = session.envelope.rcptTo.map(({ address }) => address).join();
          const messageId = /^Message-ID: (.*)$/im.exec(headers)![1]!;
          mails.push({ to, messageId, text: Buffer.from(body, 'base64').toString('utf8') });
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
    refuses = true;
    const failed = await dpo.post(`${contacts}/${id}/codes`, {}, key);
    expect(failed.body).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(JSON.stringify(failed.body)).not.toContain('opgroeien.example');
    refuses = false;
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
    const ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
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
});
