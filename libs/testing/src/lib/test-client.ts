import { randomUUID } from 'node:crypto';

/** What a service answered; `body` is parsed JSON. */
export interface TestAnswer {
  status: number;
  body: any;
  headers: Headers;
}

/** A caller of a running service with one token. */
export class TestClient {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string | undefined,
  ) {}

  get(path: string): Promise<TestAnswer> {
    return this.send('GET', path);
  }

  /** A command; `key` is the Idempotency-Key, a fresh one unless given. */
  post(path: string, body: unknown, key: string = randomUUID()): Promise<TestAnswer> {
    return this.send('POST', path, body, { 'idempotency-key': key });
  }

  /** A look-up: a POST without Idempotency-Key. */
  lookup(path: string, body: unknown): Promise<TestAnswer> {
    return this.send('POST', path, body);
  }

  private async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...headers,
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text), headers: answer.headers };
  }
}
