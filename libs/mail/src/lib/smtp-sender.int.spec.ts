import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { composeMail, messageIdOf } from './compose-mail.js';
import { Lease } from './lease.js';
import { SmtpSender } from './smtp-sender.js';

const disclosureId = '0198c2b0-0000-7000-8000-000000000001';
const mail = (bytes = 300_000) =>
  composeMail({
    from: 'mededelingen@agency.example',
    to: 'mailbox@receiver.example',
    subject: 'Mededeling',
    text: 'In de bijlage: geëncrypteerd.',
    date: Date.parse('2026-03-02T10:00:00Z'),
    messageId: messageIdOf(disclosureId, 'mededelingen@agency.example'),
    headers: { 'X-Convenant-Disclosure': disclosureId },
    attachments: {
      boundary: disclosureId.replaceAll('-', ''),
      parts: [
        { filename: `${disclosureId}.7z`, content: Buffer.alloc(bytes, 7), contentType: 'application/x-7z-compressed' },
      ],
    },
  });

describe('sending mail', () => {
  let server: SMTPServer;
  const received: string[] = [];

  async function start(options: SMTPServerOptions) {
    received.length = 0;
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData(stream, _session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          received.push(Buffer.concat(chunks).toString());
          done(null, 'queued as 4711');
        });
      },
      ...options,
    });
    server.on('error', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return new SmtpSender(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`);
  }
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

  it('hands a mail over and keeps the receipt', async () => {
    const sender = await start({});
    const outcome = await sender.send(await mail(), Lease.lasting(5000));
    expect(outcome).toEqual({ kind: 'delivered', receipt: expect.stringMatching(/^250 .*4711/) });
    expect(received[0]).toContain(`Message-ID: <${disclosureId}@agency.example>`);
  });

  it('makes the same bytes for every resend', async () => {
    expect((await mail()).raw.equals((await mail()).raw)).toBe(true);
  });

  it('tells a refusal for good from one for now, and never quotes an address', async () => {
    const answer = (responseCode: number) => ({
      onRcptTo: (_address: unknown, _session: unknown, done: (error?: Error) => void) =>
        done(Object.assign(new Error('mailbox@receiver.example is unknown'), { responseCode })),
    });
    let sender = await start(answer(550) as SMTPServerOptions);
    expect(await sender.send(await mail(), Lease.lasting(5000))).toEqual({ kind: 'refused', reason: 'RCPT TO 550' });
    await new Promise<void>((resolve) => server.close(() => resolve()));
    sender = await start(answer(451) as SMTPServerOptions);
    expect(await sender.send(await mail(), Lease.lasting(5000))).toEqual({ kind: 'notSent', reason: 'RCPT TO 451' });
  });

  it('counts a server that is away as not sent', async () => {
    const sender = await start({});
    await new Promise<void>((resolve) => server.close(() => resolve()));
    expect((await sender.send(await mail(), Lease.lasting(5000))).kind).toBe('notSent');
  });

  it('says that it does not know when the answer to the message never came', async () => {
    const sender = await start({
      onData(stream, session) {
        stream.on('data', () => undefined);
        stream.on('end', () =>
          server.connections.forEach((connection) =>
            (connection as unknown as { _socket: { destroy(): void } })._socket.destroy(),
          ),
        );
        void session;
      },
    });
    expect((await sender.send(await mail(), Lease.lasting(5000))).kind).toBe('cut');
  });

  it('destroys the connection when the lease is over, and writes nothing more', async () => {
    let stalled: Readable | undefined;
    let ended = false;
    let close!: () => void;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const sender = await start({
      onData(stream) {
        stalled = stream;
        stream.on('end', () => (ended = true));
        stream.pause();
      },
      onClose: () => close(),
    });
    // The server reads no further, so only the end of the lease can end this.
    const outcome = await sender.send(await mail(12_000_000), Lease.lasting(300));
    expect(outcome.kind).toBe('cut');
    stalled!.resume();
    await closed;
    expect(ended).toBe(false);
  });

  it('does not begin when the lease is over already', async () => {
    const sender = await start({});
    expect((await sender.send(await mail(), Lease.lasting(0))).kind).toBe('notSent');
    expect(received).toEqual([]);
  });

  describe('over TLS', () => {
    const authorities = getCACertificates('default');
    let folder: string;
    let key: Buffer;
    let cert: Buffer;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mail-tls-'));
      const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
      await promisify(execFile)('openssl', [
        'req',
        '-x509',
        ...curve,
        '-days',
        '2',
        '-keyout',
        keyFile,
        '-out',
        certFile,
        ...subject,
      ]);
      [key, cert] = await Promise.all([readFile(keyFile), readFile(certFile)]);
    });
    afterAll(async () => {
      setDefaultCACertificates(authorities);
      await rm(folder, { recursive: true });
    });

    async function secure() {
      await start({ secure: true, key, cert, disabledCommands: ['AUTH'] });
      return new SmtpSender(`smtps://localhost:${(server.server.address() as AddressInfo).port}`);
    }

    it('hands nothing to a server whose certificate it does not trust', async () => {
      const sender = await secure();
      expect((await sender.send(await mail(), Lease.lasting(5000))).kind).toBe('notSent');
      expect(received).toEqual([]);
    });

    it('hands a mail over, through the same leased connection', async () => {
      const sender = await secure();
      setDefaultCACertificates([...authorities, cert.toString()]);
      expect((await sender.send(await mail(), Lease.lasting(5000))).kind).toBe('delivered');
      expect(received).toHaveLength(1);
      expect((await sender.send(await mail(), Lease.lasting(0))).kind).toBe('notSent');
    });
  });
});
