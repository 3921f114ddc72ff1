import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createTransport } from 'nodemailer';
import { createSandbox, type Sandbox, type SandboxSettings } from './sandbox.js';

let directory: string;
let sandbox: Sandbox | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
});
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function start(change: Partial<SandboxSettings> = {}): Promise<Sandbox> {
  sandbox = await createSandbox({
    port: 0,
    smtpPort: 0,
    host: '127.0.0.1',
    directory,
    clockFile: join(directory, 'clock'),
    audience: 'convenant',
    ...change,
  });
  return sandbox;
}

async function call(path: string, body?: unknown): Promise<{ status: number; body: any }> {
  const response = await fetch(`${sandbox!.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function send(to: string, port = sandbox!.smtpPort, host = '127.0.0.1'): Promise<void> {
  await createTransport({ host, port, ignoreTLS: true, socketTimeout: 5_000 }).sendMail({
    from: 'noreply@agency.invalid',
    to,
    messageId: '<one@agency.invalid>',
    subject: 'Doorverwijzing één',
    text: 'Zie bijlage',
    attachments: [{ filename: 'vérwijzing "1".7z', content: Buffer.from([0, 1, 2, 255, 13, 10, 46, 13, 10]) }],
  });
}

describe('identity', () => {
  it('gives tokens that verify against the published keys and carry what the persona is', async () => {
    const { issuer, jwksUri } = await start();
    const party = newId();
    expect(await call('/sandbox/v1/personas/og-team', { party })).toMatchObject({ status: 200, body: { party } });
    const { body } = await call('/sandbox/v1/tokens', { persona: 'og-team' });
    const { payload } = await jwtVerify(body.token, createRemoteJWKSet(new URL(jwksUri)), {
      issuer,
      audience: 'convenant',
    });
    expect(payload).toMatchObject({
      sub: 'og-team',
      party,
      roles: ['agency-user'],
      unit: 'kg-noord-oost-waasland',
      secrecy: true,
    });
    expect(payload.exp! - payload.iat!).toBe(12 * 60 * 60);
    const discovery = await call('/sandbox/idp/.well-known/openid-configuration');
    expect(discovery.body).toMatchObject({ issuer, jwks_uri: jwksUri });
  });

  it('keeps address, keys and parties over a restart, so that tokens stay valid', async () => {
    const first = await start();
    const party = newId();
    await call('/sandbox/v1/personas/og-dpo', { party });
    const token = await first.tokenFor('og-dpo');
    await first.close();
    const second = await start();
    expect(second.issuer).toBe(first.issuer);
    await jwtVerify(token, createRemoteJWKSet(new URL(second.jwksUri)), {
      issuer: second.issuer,
      audience: 'convenant',
    });
    expect((await call('/sandbox/v1/personas')).body.items).toContainEqual(
      expect.objectContaining({ name: 'og-dpo', party }),
    );
  });

  it('starts on another port when the one of the last start is taken', async () => {
    const first = await start();
    await first.close();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    try {
      const second = await start();
      expect(second.port).not.toBe(first.port);
      expect(await second.tokenFor('admin')).toMatch(/^ey/);
    } finally {
      squatter.close();
    }
  });

  it('answers what it does not know with a code', async () => {
    await start();
    expect(await call('/sandbox/v1/tokens', { persona: 'nobody' })).toMatchObject({
      status: 404,
      body: { code: 'PERSONA_UNKNOWN' },
    });
    expect(await call('/sandbox/v1/tokens', {})).toMatchObject({ status: 400, body: { code: 'PERSONA_MISSING' } });
    expect(await call('/sandbox/v1/personas/admin', { party: newId() })).toMatchObject({ status: 409 });
    expect(await call('/sandbox/v1/personas/og-dpo', { party: 'x' })).toMatchObject({ status: 400 });
    expect(await call('/sandbox/v1/other')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    const broken = await fetch(`${sandbox!.url}/sandbox/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(await broken.json()).toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('does not start in production', async () => {
    await expect(start({ nodeEnv: 'production' })).rejects.toThrow('does not run in production');
  });
});

describe('mail', () => {
  it('keeps what arrives, byte for byte, over a restart', async () => {
    await start();
    await send('welzijnshuis@centre.invalid');
    const check = async () => {
      const { items } = (await call('/sandbox/v1/mails?to=welzijnshuis@centre.invalid')).body;
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({
        from: 'noreply@agency.invalid',
        to: ['welzijnshuis@centre.invalid'],
        subject: 'Doorverwijzing één',
        messageId: '<one@agency.invalid>',
        attachments: [{ name: 'vérwijzing "1".7z', size: 9 }],
      });
      const response = await fetch(`${sandbox!.url}/sandbox/v1/mails/${items[0].id}/attachment`);
      const content = Buffer.from(await response.arrayBuffer());
      expect([...content]).toEqual([0, 1, 2, 255, 13, 10, 46, 13, 10]);
      expect(items[0].attachments[0].sha256).toBe(createHash('sha256').update(content).digest('hex'));
      const page = await (await fetch(`${sandbox!.url}/sandbox/`)).text();
      expect(page).toContain('Doorverwijzing');
      expect(page).not.toContain('"1".7z<');
    };
    await check();
    await sandbox!.close();
    await start();
    await check();
    expect((await call(`/sandbox/v1/mails/${newId()}`)).body.code).toBe('MAIL_UNKNOWN');
  });

  it('refuses a mailbox, answers late and cuts a mail off when told to', async () => {
    await start();
    expect(await call('/sandbox/v1/mail-behaviour', { reject: ['Full@centre.invalid'] })).toMatchObject({
      status: 200,
    });
    await expect(send('full@centre.invalid')).rejects.toMatchObject({ responseCode: 550 });
    await send('other@centre.invalid');

    await call('/sandbox/v1/mail-behaviour', { dropNext: 1 });
    await expect(send('other@centre.invalid')).rejects.toThrow();
    await call('/sandbox/v1/mail-behaviour', { slowMs: 300 });
    const before = performance.now();
    await send('full@centre.invalid');
    expect(performance.now() - before).toBeGreaterThanOrEqual(290);

    expect((await call('/sandbox/v1/mails')).body.items).toHaveLength(2);
    expect(await call('/sandbox/v1/mail-behaviour', { slow: 1 })).toMatchObject({
      status: 400,
      body: { code: 'BEHAVIOUR_INVALID' },
    });
  });

  it('accepts mail from this machine only', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address && !address.internal && address.family === 'IPv4');
    await start({ host: '0.0.0.0' });
    await send('a@centre.invalid');
    // A machine without a network has no other address to come from.
    if (outside) {
      await expect(send('a@centre.invalid', sandbox!.smtpPort, outside.address)).rejects.toMatchObject({
        responseCode: 554,
      });
    }
    expect((await call('/sandbox/v1/mails')).body.items).toHaveLength(1);
  });
});

describe('time machine', () => {
  it('moves the clock that the services read from the file', async () => {
    await start();
    expect((await call('/sandbox/v1/clock')).body.offsetMs).toBe(0);
    const moved = await call('/sandbox/v1/clock', { now: '2026-02-20T09:00:00+01:00' });
    expect(moved.body.now).toMatch(/^2026-02-20T08:00:0/);
    const offset = Number(await readFile(join(directory, 'clock'), 'utf8'));
    expect(Math.abs(Date.now() + offset - Date.parse('2026-02-20T08:00:00Z'))).toBeLessThan(5_000);
    expect((await call('/sandbox/v1/clock', { advance: 'P1M' })).body.now).toMatch(/^2026-03-20T08:00:0/);
    expect((await call('/sandbox/v1/clock', { reset: true })).body.offsetMs).toBe(0);
    for (const wrong of [
      {},
      { now: '2026-02-20' },
      { advance: 'a day' },
      { now: '2026-02-20T09:00:00Z', advance: 'P1D' },
    ]) {
      expect(await call('/sandbox/v1/clock', wrong)).toMatchObject({ status: 400, body: { code: 'CLOCK_INVALID' } });
    }
  });
});

describe('websites and sources', () => {
  it('shows what a party puts up, byte by byte, runs nothing of it, and shows nothing once it is taken down', async () => {
    const { websiteHost } = await start();
    const content = Buffer.from('<!doctype html><script>alert(1)</script>\r\n');
    const path = 'centre/nl.html';
    expect(await call('/sandbox/v1/websites', { path, content: content.toString('base64') })).toEqual({
      status: 200,
      body: { path, bytes: content.length },
    });
    const { url } = (await call('/sandbox/v1/websites')).body;
    expect(new URL(url).host).toBe(websiteHost);
    const page = await fetch(`${url}/${path}`);
    expect(Buffer.from(await page.arrayBuffer())).toEqual(content);
    expect(page.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    await call('/sandbox/v1/websites', { path });
    expect((await fetch(`${url}/${path}`)).status).toBe(404);
    for (const wrong of [{ path: '../x.html' }, { path: 'centre' }, { path, content: 'é' }, { content: '' }]) {
      expect(await call('/sandbox/v1/websites', wrong)).toMatchObject({ status: 400, body: { code: 'PAGE_INVALID' } });
    }
  });

  it('has a source and an integrator at the origins that it names, which hear nobody without the token', async () => {
    const { sourceOrigins } = await start();
    const { integrator, direct } = (await call('/sandbox/v1/sources')).body;
    expect(sourceOrigins).toEqual([new URL(integrator.url).origin, new URL(direct.url).origin]);
    for (const { url, bearerToken } of [integrator, direct]) {
      const ask = async (token: string) =>
        (await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '{}' })).status;
      expect([await ask('wrong'), await ask(bearerToken)]).toEqual([401, 400]);
    }
  });
});
