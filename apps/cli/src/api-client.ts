import { CommandFailure, exitCodes, type ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

const TIMEOUT_MS = 15_000;
// A rebase reads a topic twice; a redrive handles all that waits.
const LONG_TIMEOUT_MS = 300_000;

/** What of problem+json a person needs. */
interface Problem {
  code?: string;
  detail?: string;
  title?: string;
  clause?: string;
  issues?: { name: string; detail: string }[];
}

interface Init {
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/** Calls the installation with the caller's token. Every answer that is not a success ends the command with its problem. */
export class ApiClient {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  /** @throws CommandFailure (usage) when address or token is missing */
  static of({ env }: Terminal, baseUrl: string | undefined): ApiClient {
    const url = baseUrl ?? env['CONVENANT_URL'];
    if (!url) throw new CommandFailure(exitCodes.usage, 'Say where the installation is: --base-url or CONVENANT_URL');
    if (!URL.canParse(url)) throw new CommandFailure(exitCodes.usage, 'The address of the installation is not a URL');
    const token = env['CONVENANT_TOKEN'];
    if (!token)
      throw new CommandFailure(exitCodes.usage, 'Put a token of your party, or of the operator, in CONVENANT_TOKEN');
    return new ApiClient(url.replace(/\/+$/, ''), token);
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>(path, { method: 'GET', headers: {} });
  }

  /** @param key the Idempotency-Key: with it the same command may be repeated */
  post<T>(path: string, body: unknown, key: string): Promise<T> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return this.send<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** As `post`, for what may take minutes. */
  postLong<T>(path: string, body: unknown, key: string): Promise<T> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return this.send<T>(path, { method: 'POST', headers, body: JSON.stringify(body) }, LONG_TIMEOUT_MS);
  }

  /** A file as it is kept. */
  async bytes(path: string): Promise<Buffer> {
    const answer = await this.answered(path, { method: 'GET', headers: {} }, TIMEOUT_MS);
    return Buffer.from(await answer.arrayBuffer());
  }

  private async send<T>(path: string, init: Init, timeout = TIMEOUT_MS): Promise<T> {
    const answer = await this.answered(path, init, timeout);
    return (await answer.json().catch(() => undefined)) as T;
  }

  private async answered(path: string, init: Init, timeout: number): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(`${this.baseUrl}${path}`, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${this.token}` },
        signal: AbortSignal.timeout(timeout),
      });
    } catch {
      throw new CommandFailure(
        exitCodes.unavailable,
        `The installation does not answer at ${new URL(this.baseUrl).host}`,
      );
    }
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => undefined)) as Problem | undefined;
    throw new CommandFailure(exitCodeOf(answer.status), sentenceOf(answer.status, problem));
  }
}

function exitCodeOf(status: number): ExitCode {
  if (status === 400 || status === 422) return exitCodes.usage;
  if (status === 401 || status === 403) return exitCodes.notAllowed;
  if (status === 404) return exitCodes.notFound;
  if (status === 409) return exitCodes.conflict;
  if (status === 502 || status === 503 || status === 504) return exitCodes.unavailable;
  return exitCodes.failed;
}

function sentenceOf(status: number, problem: Problem | undefined): string {
  const { code = `HTTP ${status}`, detail, title, clause, issues = [] } = problem ?? {};
  const words = [
    detail ?? title ?? 'no explanation was given',
    ...issues.map((issue) => `${issue.name} ${issue.detail}`),
  ];
  return `${code}: ${words.join('; ')}${clause === undefined ? '' : ` (clause ${clause})`}`;
}
