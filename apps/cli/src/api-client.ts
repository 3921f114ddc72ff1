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

  private async send<T>(
    path: string,
    init: { method: string; headers: Record<string, string>; body?: string },
    timeout = TIMEOUT_MS,
  ) {
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
    const body: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok) throw new CommandFailure(exitCodeOf(answer.status), sentenceOf(answer.status, body as Problem));
    return body as T;
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
