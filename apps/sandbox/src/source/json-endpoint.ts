import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const LARGEST_REQUEST = 64 * 1024;

/** What is sent back; `hangUp` ends the connection without an answer. */
export type EndpointAnswer = { readonly status: number; readonly body: object } | 'hangUp';

/** Who may ask: the name of each caller by its bearer token. */
export type Callers = Readonly<Record<string, string>>;

/** Answers one caller's question; what it throws is answered 500 without a word of why. */
export type Answering = (caller: string, question: unknown) => Promise<EndpointAnswer>;

/** One address on loopback that takes questions as JSON from callers it knows. Values stand in bodies only. */
export class JsonEndpoint {
  private constructor(
    private readonly server: Server,
    private readonly path: string,
  ) {}

  /** @param path below the origin; a question to another one is answered 400, since 404 says that nobody is known */
  static async start(path: string, callers: Callers, answering: Answering): Promise<JsonEndpoint> {
    const known = new Map(Object.entries(callers).map(([token, caller]) => [`Bearer ${token}`, caller]));
    const server = createServer((request, response) => {
      void answer(request, path, known, answering)
        .catch((): EndpointAnswer => ({ status: 500, body: { code: 'INTERNAL' } }))
        .then((given) => {
          if (given === 'hangUp') return void response.destroy();
          response.writeHead(given.status, { 'content-type': 'application/json' }).end(JSON.stringify(given.body));
        });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new JsonEndpoint(server, path);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}${this.path}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

async function answer(
  request: IncomingMessage,
  path: string,
  known: ReadonlyMap<string, string>,
  answering: Answering,
): Promise<EndpointAnswer> {
  const caller = known.get(request.headers.authorization ?? '');
  if (caller === undefined) return { status: 401, body: { code: 'CALLER_UNKNOWN' } };
  if (request.method !== 'POST' || request.url !== path) return { status: 400, body: { code: 'ADDRESS_UNKNOWN' } };
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_REQUEST) return { status: 413, body: { code: 'QUESTION_TOO_LARGE' } };
    chunks.push(chunk as Buffer);
  }
  let question: unknown;
  try {
    question = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return { status: 400, body: { code: 'QUESTION_INVALID' } };
  }
  return answering(caller, question);
}
