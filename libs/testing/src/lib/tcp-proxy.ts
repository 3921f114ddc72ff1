import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { apiKeyOf, correlationIdOfRequest, correlationIdOfResponse, KafkaFrames } from './kafka-frames.js';

/** The Kafka requests that tests lose answers of, by api key. */
export const kafkaApi = {
  produce: 0,
  fetch: 1,
  offsetCommit: 8,
  joinGroup: 11,
  heartbeat: 12,
  createTopics: 19,
} as const;

/** `protocol`: `kafka` looks at whole requests and answers, `stream` (PostgreSQL, SMTP, HTTP) at bytes as they come. */
export interface ProxyOptions {
  protocol: 'kafka' | 'stream';
  /** On loopback; `startOwnKafka({ behind })` sets it itself, since that broker must know the proxy's port first. */
  targetPort?: number;
}

/** One request on its way: `bytes` is a whole frame (kafka) or a chunk (stream). */
export interface ProxiedRequest {
  bytes: Buffer;
  /** Kafka only. */
  apiKey?: number;
}

/** Which answers get lost: those to requests for which `when` holds, `count` of them (default 1). */
export interface LostAnswer {
  when: (request: ProxiedRequest) => boolean;
  count?: number;
  /** What the client sees: its connection breaks (default), or it waits until its own timeout. */
  then?: 'cut' | 'silence';
}

interface Link {
  client: Socket;
  server: Socket;
}

/**
 * A proxy that fails on command. It forwards byte by byte until told otherwise:
 * `pause` holds everything back, `cut` breaks every connection and refuses new ones until `heal`, `loseAnswers` lets a
 * request take effect and drops its answer.
 */
export class TcpProxy {
  target: number | undefined;
  /** Answers dropped so far. */
  lost = 0;

  private readonly links = new Set<Link>();
  private readonly losses: { rule: LostAnswer; left: number }[] = [];
  private paused = false;
  private refusing = false;

  private constructor(
    private readonly server: Server,
    private readonly protocol: ProxyOptions['protocol'],
  ) {}

  /** Listens on a free loopback port. */
  static async start({ protocol, targetPort }: ProxyOptions): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, protocol);
    proxy.target = targetPort;
    server.on('connection', (client) => proxy.accept(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections open at this moment. */
  get connections(): number {
    return this.links.size;
  }

  /** Holds all bytes back, both ways, on open and new connections: neither side sees an error. */
  pause(): void {
    this.paused = true;
    for (const link of this.links) this.applyPause(link);
  }

  /** Lets go of what was held back. */
  resume(): void {
    this.paused = false;
    for (const link of this.links) this.applyPause(link);
  }

  /** Breaks every connection and refuses new ones until `heal()`. */
  cut(): void {
    this.refusing = true;
    this.breakConnections();
  }

  /** Breaks every connection once; clients may reconnect at once. */
  breakConnections(): void {
    for (const link of [...this.links]) this.drop(link);
  }

  /** Undoes `cut`, `pause` and what is left of `loseAnswers`. */
  heal(): void {
    this.refusing = false;
    this.losses.length = 0;
    this.resume();
  }

  /** From now on: the request reaches the server and takes effect there, its answer never reaches the client. */
  loseAnswers(rule: LostAnswer): void {
    this.losses.push({ rule, left: rule.count ?? 1 });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.breakConnections();
    await closed;
  }

  private accept(client: Socket): void {
    if (this.refusing || this.target === undefined) {
      client.destroy();
      return;
    }
    const server = connect(this.target, '127.0.0.1');
    const link = { client, server };
    this.links.add(link);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      // An error is followed by 'close', which says so.
      socket.on('error', () => undefined);
    }
    this.joinEnds(link, client, server);
    this.joinEnds(link, server, client);
    if (this.protocol === 'kafka') this.forwardFrames(link);
    else this.forwardBytes(link);
    this.applyPause(link);
  }

  /** A clean end is passed on behind the last bytes, a broken connection breaks the other half. */
  private joinEnds(link: Link, from: Socket, to: Socket): void {
    from.on('end', () => to.end());
    from.on('close', (broken) => {
      if (broken) this.drop(link);
      this.links.delete(link);
      to.end();
    });
  }

  private forwardBytes(link: Link): void {
    let losing: LostAnswer | undefined;
    let swallowing = false;
    link.client.on('data', (bytes: Buffer) => {
      losing ??= this.ruleFor({ bytes });
      link.server.write(bytes);
    });
    link.server.on('data', (bytes: Buffer) => {
      if (!losing) link.client.write(bytes);
      else if (!swallowing) {
        // A stream has no frames: with 'silence' everything after the lost answer is swallowed too.
        swallowing = true;
        this.lose(link, losing);
      }
    });
  }

  private forwardFrames(link: Link): void {
    const requests = new KafkaFrames();
    const answers = new KafkaFrames();
    const losing = new Map<number, LostAnswer>();
    link.client.on('data', (bytes: Buffer) => {
      for (const frame of requests.push(bytes)) {
        const rule = this.ruleFor({ bytes: frame, apiKey: apiKeyOf(frame) });
        if (rule) losing.set(correlationIdOfRequest(frame), rule);
        link.server.write(frame);
      }
    });
    link.server.on('data', (bytes: Buffer) => {
      for (const frame of answers.push(bytes)) {
        const rule = losing.get(correlationIdOfResponse(frame));
        if (!rule) link.client.write(frame);
        else this.lose(link, rule);
      }
    });
  }

  private ruleFor(request: ProxiedRequest): LostAnswer | undefined {
    const loss = this.losses.find(({ rule, left }) => left > 0 && rule.when(request));
    if (loss) loss.left -= 1;
    return loss?.rule;
  }

  private lose(link: Link, rule: LostAnswer): void {
    this.lost += 1;
    if (rule.then !== 'silence') this.drop(link);
  }

  private applyPause({ client, server }: Link): void {
    for (const socket of [client, server])
      if (this.paused) socket.pause();
      else socket.resume();
  }

  private drop(link: Link): void {
    this.links.delete(link);
    link.client.destroy();
    link.server.destroy();
  }
}
