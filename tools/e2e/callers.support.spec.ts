import { randomUUID } from 'node:crypto';
import { run, type ExitCode } from '@convenant/cli';

/** Calls an installation as its personas do, and as its operator does from a command line. */
export class Callers {
  constructor(private readonly url: string) {}

  /** With a body: a command under a fresh key. */
  async call(persona: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
    const answer = await fetch(`${this.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${await this.tokenOf(persona)}`,
        ...(body !== undefined && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** `convenant … --json` with the operator's token. */
  async convenant(...args: string[]): Promise<{ exitCode: ExitCode; err: string; out: any }> {
    const said = { out: '', err: '' };
    const exitCode = await run([...args, '--json'], {
      out: (text) => (said.out += text),
      err: (text) => (said.err += text),
      screen: false,
      env: { CONVENANT_URL: this.url, CONVENANT_TOKEN: await this.tokenOf('admin') },
    });
    return { exitCode, err: said.err, out: said.out === '' ? undefined : JSON.parse(said.out) };
  }

  async health(service: string): Promise<{ status: number; body: any }> {
    const answer = await fetch(`${this.url}/${service}/health`);
    return { status: answer.status, body: await answer.json() };
  }

  private async tokenOf(persona: string): Promise<string> {
    const answer = await fetch(`${this.url}/sandbox/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ persona }),
    });
    return ((await answer.json()) as { token: string }).token;
  }
}
