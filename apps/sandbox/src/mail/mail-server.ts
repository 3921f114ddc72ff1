import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { SandboxError } from '../sandbox-error.js';
import type { Spool } from './spool.js';

/** How the mail server misbehaves on demand, so that senders can be tried against it. */
export interface MailBehaviour {
  /** Mailboxes that are refused with 550. */
  reject: string[];
  /** Milliseconds to wait before a received mail is acknowledged. */
  slowMs: number;
  /** How many of the next mails are cut off while they are being transmitted: the connection is destroyed, nothing kept. */
  dropNext: number;
}

const behaved: MailBehaviour = { reject: [], slowMs: 0, dropNext: 0 };
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LARGEST_MAIL = 30 * 1024 * 1024;

/** An SMTP server that accepts mail for every mailbox from this machine alone (others get 554) and keeps it in the spool. */
export class MailServer {
  private readonly server: SMTPServer;
  private readonly sockets = new Map<number, Socket>();
  private behaviour: MailBehaviour = { ...behaved };

  constructor(private readonly spool: Spool) {
    this.server = new SMTPServer({
      name: 'sandbox.invalid',
      banner: 'Convenant sandbox',
      disabledCommands: ['AUTH', 'STARTTLS'],
      authOptional: true,
      disableReverseLookup: true,
      size: LARGEST_MAIL,
      logger: false,
      closeTimeout: 500,
      onConnect: (session, done) =>
        LOOPBACK.test(session.remoteAddress) ? done() : done(reply(554, 'Loopback clients only')),
      onRcptTo: ({ address }, _session, done) =>
        this.behaviour.reject.includes(address.toLowerCase()) ? done(reply(550, 'No such mailbox here')) : done(),
      onData: (stream, session, done) => void this.receive(stream, session).then(() => done(), done),
    });
    // A sender that hangs up is no fault of ours, and without a listener it would end the process.
    this.server.on('error', () => undefined);
    (this.server.server as Server).on('connection', (socket) => {
      const port = socket.remotePort ?? 0;
      this.sockets.set(port, socket);
      socket.once('close', () => this.sockets.delete(port));
    });
  }

  /** @returns the port */
  async listen(port: number, host: string): Promise<number> {
    const server = this.server.server as Server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      this.server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return (server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  currentBehaviour(): MailBehaviour {
    return { ...this.behaviour, reject: [...this.behaviour.reject] };
  }

  /**
   * Replaces the whole behaviour; what is left out goes back to normal.
   * @throws SandboxError 400 `BEHAVIOUR_INVALID`
   */
  behave(change: unknown): MailBehaviour {
    const next = { ...behaved, ...(change as Partial<MailBehaviour> | null) };
    const known = Object.keys(next).length === Object.keys(behaved).length;
    const mailboxes = Array.isArray(next.reject) && next.reject.every((mailbox) => typeof mailbox === 'string');
    if (!known || !mailboxes || !isCount(next.slowMs, 600_000) || !isCount(next.dropNext, 1_000_000)) {
      throw new SandboxError(
        400,
        'BEHAVIOUR_INVALID',
        'Give any of {"reject": ["a@example.org"], "slowMs": 0..600000, "dropNext": 0..1000000}',
      );
    }
    this.behaviour = { ...next, reject: next.reject.map((mailbox) => mailbox.toLowerCase()) };
    return this.currentBehaviour();
  }

  private async receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) {
      if (this.behaviour.dropNext > 0) {
        this.behaviour.dropNext -= 1;
        this.sockets.get(session.remotePort)?.destroy();
        throw reply(421, 'Cut off on demand');
      }
      chunks.push(chunk as Buffer);
    }
    if (stream.sizeExceeded) throw reply(552, 'The mail is too large');
    if (this.behaviour.slowMs > 0) await delay(this.behaviour.slowMs);
    const from = session.envelope.mailFrom;
    await this.spool.add(
      {
        from: from ? from.address : '',
        to: session.envelope.rcptTo.map(({ address }) => address),
        receivedAt: new Date().toISOString(),
      },
      Buffer.concat(chunks),
    );
  }
}

function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

function isCount(value: unknown, maximum: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maximum;
}
