import { isIP } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** A whole message, ready to be sent as often as needed: the same bytes each time. */
export interface PreparedMail {
  readonly from: string;
  readonly to: string;
  readonly raw: Buffer;
}

/**
 * How sending ended, seen from here.
 * - `sent`: the server took responsibility for it.
 * - `refused`: it will never take this message.
 * - `notSent`: try again; it may have arrived all the same, and then the Message-ID tells the resend.
 */
export interface SendOutcome {
  readonly kind: 'sent' | 'refused' | 'notSent';
  /** The server's receipt, or which command failed with which code: never an address. */
  readonly answer: string;
}

interface SmtpError extends Error {
  code?: string;
  command?: string;
  responseCode?: number;
}

// A 5xx to one of these is about the message; anywhere else it is about us (greeting, login, TLS) and may be repaired.
const ABOUT_THE_MESSAGE = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);
const ANSWER_LENGTH = 200;

/** Hands messages to one mail server, one connection each, each within its own time. */
export class SmtpMailer {
  private readonly host: string;
  private readonly port: number;
  private readonly secure: boolean;
  private readonly credentials: { user: string; pass: string } | null;

  /** @param url `smtp://` or `smtps://`, with user and password where the server wants them */
  constructor(url: string) {
    const { protocol, hostname, port, username, password } = new URL(url);
    this.secure = protocol === 'smtps:';
    this.host = hostname.replace(/^\[|\]$/g, '');
    this.port = port ? Number(port) : this.secure ? 465 : 587;
    this.credentials = username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : null;
  }

  /** Not a byte leaves after `withinMs`: the connection is closed then. Never throws. */
  async send(mail: PreparedMail, withinMs: number): Promise<SendOutcome> {
    const connection = this.connection(withinMs);
    let timer: NodeJS.Timeout | undefined;
    const failed = new Promise<never>((_, reject) => {
      connection.on('error', reject);
      timer = setTimeout(() => reject(Object.assign(new Error('Out of time'), { code: 'ETIMEDOUT' })), withinMs);
    });
    try {
      const info = await Promise.race([this.transmit(connection, mail), failed]);
      return { kind: 'sent', answer: info.response.slice(0, ANSWER_LENGTH) };
    } catch (cause) {
      const { responseCode, command, code, name } = cause as SmtpError;
      const final = responseCode !== undefined && responseCode >= 500 && ABOUT_THE_MESSAGE.has(command ?? '');
      return { kind: final ? 'refused' : 'notSent', answer: `${command ?? 'CONN'} ${responseCode ?? code ?? name}` };
    } finally {
      clearTimeout(timer);
      failed.catch(() => undefined);
      connection.close();
    }
  }

  private async transmit(connection: SMTPConnection, mail: PreparedMail): Promise<SMTPConnection.SentMessageInfo> {
    await new Promise<void>((resolve, reject) => connection.connect((cause) => (cause ? reject(cause) : resolve())));
    const { credentials } = this;
    if (credentials) await settle((done) => connection.login({ credentials } as never, (cause) => done(cause, true)));
    const envelope = { from: mail.from, to: [mail.to], size: mail.raw.length };
    const info = await settle<SMTPConnection.SentMessageInfo>((done) => connection.send(envelope, mail.raw, done));
    connection.quit();
    return info;
  }

  private connection(withinMs: number): SMTPConnection {
    const loopback = this.host === 'localhost' || this.host === '::1' || this.host.startsWith('127.');
    return new SMTPConnection({
      host: this.host,
      port: this.port,
      secure: this.secure,
      // Beyond this machine the mail server must speak TLS; on it there is nobody to protect against.
      requireTLS: !this.secure && !loopback,
      ignoreTLS: !this.secure && loopback,
      ...(isIP(this.host) ? null : { tls: { servername: this.host } }),
      connectionTimeout: withinMs,
      greetingTimeout: withinMs,
      socketTimeout: withinMs,
      logger: false,
    });
  }
}

function settle<T>(start: (done: (cause: Error | null | undefined, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => start((cause, result) => (cause ? reject(cause) : resolve(result as T))));
}
