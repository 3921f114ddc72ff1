import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { once } from 'node:events';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Lease } from './lease.js';
import { LeasedSocket } from './leased-socket.js';
import { mailServer, type MailServer } from './mail-server.js';

/** A whole message, ready to be sent as often as needed: the same bytes each time. */
export interface PreparedMail {
  readonly from: string;
  readonly to: string;
  readonly raw: Buffer;
}

/**
 * How an attempt ended, seen from here.
 * - `delivered`: the server took responsibility for it.
 * - `refused`: it will never take this message.
 * - `notSent`: no byte of the message left, or the server said that it did not take it: try again later.
 * - `cut`: bytes of the message left and no answer came: whether it arrived is not known.
 */
export type SendOutcome =
  | { readonly kind: 'delivered'; readonly receipt: string }
  | { readonly kind: 'refused' | 'notSent' | 'cut'; readonly reason: string };

interface SmtpError extends Error {
  code?: string;
  command?: string;
  responseCode?: number;
}

// A 5xx to one of these is about the message; anywhere else it is about us (greeting, login, TLS) and may be repaired.
const ABOUT_THE_MESSAGE = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);
const RECEIPT_LENGTH = 200;

/** Hands messages to one mail server, one connection each. Only the leased part of the time is used. */
export class SmtpSender {
  private readonly server: MailServer;

  /** @param url `smtp://` or `smtps://`, with user and password where the server wants them */
  constructor(url: string) {
    this.server = mailServer(url);
  }

  /** Never throws. */
  async send(mail: PreparedMail, lease: Lease): Promise<SendOutcome> {
    let transmitting = false;
    let connection: SMTPConnection | undefined;
    try {
      connection = await this.open(lease);
      // Read only once the server has said 354: from then on bytes of the message may have left.
      const message = Readable.from(
        (function* () {
          transmitting = true;
          yield mail.raw;
        })(),
      );
      const envelope = { from: mail.from, to: [mail.to], size: mail.raw.length };
      const info = await settle<SMTPConnection.SentMessageInfo>((done) => connection!.send(envelope, message, done));
      return { kind: 'delivered', receipt: info.response.slice(0, RECEIPT_LENGTH) };
    } catch (cause) {
      return outcomeOf(cause as SmtpError, transmitting);
    } finally {
      if (connection) end(connection);
    }
  }

  private async open(lease: Lease): Promise<SMTPConnection> {
    const { host, port, secure, protection, credentials } = this.server;
    const socket = connect({ host, port });
    await connected(socket, lease);
    const patience = Math.ceil(lease.remainingMs);
    const connection = new SMTPConnection({
      host,
      port,
      secure,
      connection: new LeasedSocket(socket, lease) as unknown as Socket,
      ...protection,
      greetingTimeout: patience,
      socketTimeout: patience,
      logger: false,
    });
    try {
      await new Promise<void>((resolve, reject) => {
        connection.once('error', reject);
        connection.connect((cause) => (cause ? reject(cause) : resolve()));
      });
      if (credentials) await settle((done) => connection.login({ credentials } as never, (cause) => done(cause, true)));
      // Errors from here on come through the callbacks.
      connection.on('error', () => undefined);
      return connection;
    } catch (cause) {
      connection.on('error', () => undefined);
      connection.close();
      throw cause;
    }
  }
}

async function connected(socket: Socket, lease: Lease): Promise<void> {
  const timer = setTimeout(
    () => socket.destroy(new Error('The mail server did not answer in time')),
    lease.remainingMs,
  );
  try {
    await once(socket, 'connect');
  } finally {
    clearTimeout(timer);
  }
}

function outcomeOf(cause: SmtpError, transmitting: boolean): SendOutcome {
  const { responseCode: code, command } = cause;
  // Neither the server's text nor ours may carry an address into a log: code and command say enough.
  const reason = `${command ?? 'CONN'} ${code ?? cause.code ?? cause.name}`;
  if (code && code >= 500 && command && ABOUT_THE_MESSAGE.has(command)) return { kind: 'refused', reason };
  return { kind: transmitting && !code ? 'cut' : 'notSent', reason };
}

function end(connection: SMTPConnection): void {
  try {
    connection.quit();
  } catch {
    connection.close();
  }
}

function settle<T>(start: (done: (cause: Error | null | undefined, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => start((cause, result) => (cause ? reject(cause) : resolve(result as T))));
}
