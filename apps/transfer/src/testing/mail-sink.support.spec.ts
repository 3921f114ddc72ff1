import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** A mail as it arrived. */
export interface ReceivedMail {
  to: string[];
  raw: string;
  messageId: string;
  attachments: Map<string, Buffer>;
  at: number;
}

/** Bytes of one message that came in, whether it was accepted or not: what a receiver may have seen. */
export interface Arrival {
  disclosureId: string;
  /** Epoch milliseconds of this machine, when its last byte so far came. */
  lastByteAt: number;
}

/** How the mail server answers; changed during a test. */
export interface MailBehaviour {
  /** SMTP code for RCPT TO instead of accepting. */
  refuseWith?: number;
  /** Breaks the connection once the whole message is in, without an answer. */
  cut?: boolean;
  /** Holds the answer to the message back until this resolves. */
  hold?: Promise<void>;
}

/** A mail server of a spec's own, on loopback. Keeps what it accepted. */
export class MailSink {
  readonly mails: ReceivedMail[] = [];
  /** Whole messages that came in, accepted or not: what a receiver may have seen. */
  arrived = 0;
  readonly arrivals: Arrival[] = [];
  behaviour: MailBehaviour = {};

  private constructor(private server: SMTPServer) {}

  static async start(): Promise<MailSink> {
    const sink = new MailSink(undefined as unknown as SMTPServer);
    sink.server = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo(_address, _session, done) {
        const { refuseWith: responseCode } = sink.behaviour;
        done(responseCode ? Object.assign(new Error('no'), { responseCode }) : null);
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        let arrival: Arrival | undefined;
        stream.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          const lastByteAt = performance.timeOrigin + performance.now();
          const disclosureId = /^X-Convenant-Disclosure: (.*)$/im.exec(chunk.toString('latin1'))?.[1]?.trim();
          if (arrival) arrival.lastByteAt = lastByteAt;
          else if (disclosureId) sink.arrivals.push((arrival = { disclosureId, lastByteAt }));
        });
        stream.on('end', () => void sink.take(Buffer.concat(chunks).toString(), session, done));
      },
    });
    sink.server.on('error', () => undefined);
    sink.server.listen(0, '127.0.0.1');
    await once(sink.server.server, 'listening');
    return sink;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async take(raw: string, session: SMTPServerSession, done: (error?: Error | null, message?: string) => void) {
    this.arrived += 1;
    const { cut, hold } = this.behaviour;
    await hold;
    if (cut) {
      for (const connection of this.server.connections) {
        (connection as unknown as { _socket: { destroy(): void } })._socket.destroy();
      }
      return;
    }
    const messageId = /^Message-ID: (.*)$/im.exec(raw)![1]!.trim();
    const to = session.envelope.rcptTo.map(({ address }) => address);
    this.mails.push({ to, raw, messageId, attachments: attachmentsOf(raw), at: performance.now() });
    done(null, `queued as ${this.mails.length}`);
  }
}

function attachmentsOf(raw: string): Map<string, Buffer> {
  const boundary = /boundary="([^"]+)"/.exec(raw)![1]!;
  const found = new Map<string, Buffer>();
  for (const part of raw.split(`--${boundary}`)) {
    const name = /filename="?([^"\r\n;]+)"?/.exec(part)?.[1];
    const [, body] = part.split(/\r?\n\r?\n/);
    if (name && body) found.set(name, Buffer.from(body, 'base64'));
  }
  return found;
}
