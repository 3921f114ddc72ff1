import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** A mail as it arrived. */
export interface ReceivedMail {
  to: string;
  messageId: string;
  headers: string;
  text: string;
  raw: string;
}

/** How the mail server answers; changed during a test. */
export interface MailBehaviour {
  /** SMTP code for RCPT TO instead of accepting, by mailbox. */
  refuse?: Record<string, number>;
  /** Breaks the connection once the whole message is in, without an answer. */
  cut?: boolean;
  /** Holds the answer to the message back until this resolves. */
  hold?: Promise<void>;
}

/** A mail server of a spec's own, on loopback. Keeps every whole message that came in, answered or not. */
export class MailSink {
  readonly arrived: ReceivedMail[] = [];
  behaviour: MailBehaviour = {};
  private readonly server: SMTPServer;

  private constructor() {
    this.server = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: ({ address }, _session, done) => {
        const responseCode = this.behaviour.refuse?.[address];
        done(responseCode ? Object.assign(new Error('no'), { responseCode }) : null);
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => void this.take(Buffer.concat(chunks).toString(), session, done));
      },
    });
    this.server.on('error', () => undefined);
  }

  static async start(): Promise<MailSink> {
    const sink = new MailSink();
    sink.server.listen(0, '127.0.0.1');
    await once(sink.server.server, 'listening');
    return sink;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  of(noticeId: string): ReceivedMail[] {
    return this.arrived.filter(({ headers }) => headers.includes(`X-Convenant-Breach-Notice: ${noticeId}`));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async take(raw: string, session: SMTPServerSession, done: (error?: Error | null, message?: string) => void) {
    const [headers, body] = raw.split(/\r\n\r\n/) as [string, string];
    this.arrived.push({
      to: session.envelope.rcptTo.map(({ address }) => address).join(),
      messageId: /^Message-ID: (.*)$/im.exec(headers)![1]!.trim(),
      headers,
      text: Buffer.from(body, 'base64').toString('utf8'),
      raw,
    });
    const { cut, hold } = this.behaviour;
    await hold;
    if (!cut) return done(null, 'queued');
    for (const connection of this.server.connections) {
      (connection as unknown as { _socket: { destroy(): void } })._socket.destroy();
    }
  }
}
