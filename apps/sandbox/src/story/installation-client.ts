import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { StoryMismatch } from './story.types.js';

/** An answer of the installation, whatever its status. */
export interface Answer<T = any> {
  status: number;
  body: T;
}

/** Milliseconds for which a client waits for what is on its way, as the problem's `retryable` codes invite it to. */
const PATIENCE_MS = 15_000;

/** No whole answer came: nobody knows whether the request took effect. */
class Unanswered extends StoryMismatch {}

const RETRYABLE = new Set(['VERSION_NOT_SEEN', 'UNAVAILABLE', 'COMMAND_IN_PROGRESS']);

/**
 * The public HTTP interface of an installation, used as agencies use it: a token per persona, a key per command. What gets no
 * answer, or one that says "later", is asked again, a command with its own key.
 */
export class InstallationClient {
  private readonly tokens = new Map<string, string>();

  /** @param patienceMs for how long it asks again */
  constructor(
    readonly baseUrl: string,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /** @throws StoryMismatch when the sandbox gives none */
  async tokenOf(persona: string): Promise<string> {
    const known = this.tokens.get(persona);
    if (known) return known;
    const { status, body } = await this.send('POST', '/sandbox/v1/tokens', { body: { persona } });
    if (status !== 200)
      throw new StoryMismatch(`The sandbox gives no token for ${persona}: ${describe({ status, body })}`);
    this.tokens.set(persona, body.token);
    return body.token;
  }

  /** Says to which party a persona belongs; its next token carries it. */
  async assign(persona: string, party: string): Promise<void> {
    const answer = await this.sandbox('POST', `personas/${persona}`, { party });
    if (answer.status !== 200) throw new StoryMismatch(`${persona} cannot join its party: ${describe(answer)}`);
    this.tokens.delete(persona);
  }

  sandbox<T = any>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer<T>> {
    return this.send(method, `/sandbox/v1/${path}`, { body });
  }

  /** A command: the same `key` again is the same command. */
  async command<T = any>(persona: string, path: string, body: unknown, key: string = randomUUID()): Promise<Answer<T>> {
    return this.patiently(persona, 'POST', path, { body, headers: { 'idempotency-key': key } });
  }

  /** A question that carries a body, because identifiers stand in no address. */
  async lookup<T = any>(persona: string, path: string, body: unknown): Promise<Answer<T>> {
    return this.patiently(persona, 'POST', path, { body });
  }

  async get<T = any>(persona: string, path: string): Promise<Answer<T>> {
    return this.patiently(persona, 'GET', path, {});
  }

  async download(path: string): Promise<Buffer> {
    const response = await this.reach(path);
    if (!response.ok) throw new StoryMismatch(`GET ${path} answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Server-sent events, from the beginning or behind the last one that was seen; any other answer has a body of JSON. */
  async stream(persona: string, path: string, signal: AbortSignal, lastEventId?: string): Promise<Response> {
    const headers = {
      authorization: `Bearer ${await this.tokenOf(persona)}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    return this.again(
      () => this.reach(path, { headers, signal }),
      ({ status }) => status === 503,
      () => signal.aborted,
    );
  }

  private async patiently(persona: string, method: string, path: string, request: Request): Promise<Answer> {
    const authorization = `Bearer ${await this.tokenOf(persona)}`;
    const headers = { ...request.headers, authorization };
    return this.again(
      () => this.send(method, path, { ...request, headers }),
      ({ body }) => RETRYABLE.has(body?.code),
    );
  }

  /** Asks until an answer comes that is not "later", as long as patience lasts. */
  private async again<T>(ask: () => Promise<T>, later: (answer: T) => boolean, stopped = () => false): Promise<T> {
    const deadline = performance.now() + this.patienceMs;
    for (let pause = 25; ; pause = Math.min(pause * 2, 500)) {
      const spent = () => stopped() || performance.now() > deadline;
      try {
        const answer = await ask();
        if (!later(answer) || spent()) return answer;
      } catch (error) {
        if (!(error instanceof Unanswered) || spent()) throw error;
      }
      await delay(pause);
    }
  }

  private async reach(path: string, request?: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.baseUrl}${path}`, request);
    } catch (error) {
      throw new Unanswered(`${this.baseUrl} does not answer: ${causeOf(error)}`, { cause: error });
    }
  }

  private async send(method: string, path: string, { body, headers }: Request): Promise<Answer> {
    const response = await this.reach(path, {
      method,
      headers: {
        accept: 'application/json',
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text().catch((error: unknown) => {
      throw new Unanswered(`${method} ${path} breaks off its answer: ${causeOf(error)}`, { cause: error });
    });
    try {
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    } catch (error) {
      throw new StoryMismatch(`${method} ${path} answers ${response.status} without JSON`, { cause: error });
    }
  }
}

function causeOf(error: unknown): string {
  return (((error as Error).cause as Error | undefined) ?? (error as Error)).message;
}

interface Request {
  body?: unknown;
  headers?: Record<string, string>;
}

/** Status and, of a problem, its code and detail; never more of the body, which may hold values. */
export function describe({ status, body }: Answer): string {
  const faults = (body?.issues as { name?: string; detail?: string }[] | undefined) ?? [];
  return [status, body?.code, body?.detail, ...faults.map(({ name, detail }) => `${name} ${detail}`)]
    .filter((part) => part !== undefined)
    .join(' ');
}

/**
 * The body of an answer that has this status.
 * @throws StoryMismatch that names what was asked and what came instead
 */
export function accepted<T>(answer: Answer<T>, what: string, status = 201): T {
  if (answer.status !== status) throw new StoryMismatch(`${what}: answered ${describe(answer)}, expected ${status}`);
  return answer.body;
}

/**
 * Asks again until the answer is as awaited.
 * @throws StoryMismatch after `deadlineMs`
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  awaited: (answer: T) => boolean,
  deadlineMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 250)) {
    const answer = await ask();
    if (awaited(answer)) return answer;
    if (performance.now() > deadline) throw new StoryMismatch(`Not within ${deadlineMs / 1000} s: ${what}`);
    await delay(pause);
  }
}
