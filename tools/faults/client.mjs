import { setTimeout as delay } from 'node:timers/promises';

const TOKEN_MS = 60_000;
const TRY_MS = 8_000;
/** What an integration tries again: nothing of it is stored. */
const RETRYABLE = new Set(['VERSION_NOT_SEEN', 'UNAVAILABLE', 'COMMAND_IN_PROGRESS', 'NOT_FOUND', 'UNAUTHENTICATED']);

/**
 * A good integration: the same `Idempotency-Key` again until the command is decided, at any replica. What it was told is
 * the history that is judged.
 */
export class Client {
  /** @type {import('@convenant/testing').CommandFact[]} */
  commands = [];
  /** @type {import('@convenant/testing').EnforcedFact[]} */
  enforced = [];
  tries = 0;
  /** @type {Map<string, { token: string, until: number }>} */
  #tokens = new Map();
  /** Set when the run ends: who has not been answered by then gives up. */
  #givesUpAt = Infinity;

  /**
   * @param {string} sandboxUrl
   * @param {(service: string) => string[]} urlsOf every replica of the service
   * @param {import('./random.mjs').Random} random
   */
  constructor(sandboxUrl, urlsOf, random) {
    this.sandboxUrl = sandboxUrl;
    this.urlsOf = urlsOf;
    this.random = random;
  }

  /** @param {number} at `performance.now()` */
  givesUpAt(at) {
    this.#givesUpAt = at;
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  async sandbox(method, path, body) {
    const answer = await fetch(`${this.sandboxUrl}/sandbox/v1/${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    const parsed = await answer.json();
    if (!answer.ok) throw new Error(`sandbox ${path}: ${answer.status} ${JSON.stringify(parsed)}`);
    return parsed;
  }

  /** @param {string} persona @param {string} party */
  async assign(persona, party) {
    await this.sandbox('POST', `personas/${persona}`, { party });
    this.#tokens.delete(persona);
  }

  /**
   * A command that must be accepted, before any fault.
   * @param {string} persona @param {string} service @param {string} path @param {unknown} body
   * @returns {Promise<any>} the answer
   */
  async done(persona, service, path, body) {
    const { status, answer } = await this.command(persona, service, path, body, { until: performance.now() + 60_000 });
    if (status !== 201) throw new Error(`${service}/${path}: ${status} ${answer?.code} ${answer?.detail}`);
    return answer;
  }

  /**
   * Until it is decided or the run is over.
   * @param {string} persona @param {string} service @param {string} path @param {any} body
   * @param {{ until?: number, names?: (answer: any) => string[], wrote?: (answer: any) => string[],
   *   under?: string[], again?: boolean }} [options] `names`: ids in the answer; `wrote`: aggregates that must have events
   *   because of it (default `names`); `under`: what a permission rests on; `again`: asks once more when it is decided
   * @returns {Promise<{ status: number, answer: any }>} status 0 when it was never answered
   */
  async command(persona, service, path, body, options = {}) {
    const { names = (answer) => [answer.id], wrote, under, again = false } = options;
    const key = this.random.uuid();
    /** @type {import('@convenant/testing').CommandFact} */
    const fact = { service, key, outcome: 'unknown', invokedAt: performance.now(), answers: [] };
    this.commands.push(fact);
    const send = () => this.#send(persona, service, path, body, key, options.until);
    const first = await send();
    if (first.status === 0) return first;
    fact.answeredAt = performance.now();
    fact.outcome = first.status === 201 ? 'acknowledged' : 'refused';
    if (first.status !== 201) return first;
    fact.answers.push(names(first.answer));
    if (wrote) fact.aggregates = wrote(first.answer);
    if (under && first.answer.verdict === 'permitted') fact.permittedUnder = under;
    if (again) {
      const second = await send();
      if (second.status === 201) fact.answers.push(names(second.answer));
    }
    return first;
  }

  /** @param {string} persona @param {string} service @param {string} path @returns {Promise<any>} undefined when not answered */
  async get(persona, service, path) {
    const { status, answer } = await this.#try(persona, service, 'GET', path, undefined, undefined);
    return status === 200 ? answer : undefined;
  }

  /**
   * @param {string} persona @param {string} service @param {string} path @param {unknown} body @param {string} key
   * @param {number} [until]
   */
  async #send(persona, service, path, body, key, until = Infinity) {
    for (let pause = 40; ; pause = Math.min(pause * 2, 1_000)) {
      const told = await this.#try(persona, service, 'POST', path, body, key);
      const decided =
        told.status !== 0 && told.status < 500 && !RETRYABLE.has(told.answer?.code) && told.status !== 401;
      if (decided) return told;
      if (performance.now() > Math.min(until, this.#givesUpAt)) return { status: 0, answer: told.answer };
      await delay(pause);
    }
  }

  /**
   * @param {string} persona @param {string} service @param {string} method @param {string} path @param {unknown} body
   * @param {string} [key] @returns {Promise<{ status: number, answer: any }>}
   */
  async #try(persona, service, method, path, body, key) {
    this.tries += 1;
    try {
      const response = await fetch(`${this.random.pick(this.urlsOf(service))}/${service}/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await this.#tokenOf(persona)}`,
          ...(key && { 'idempotency-key': key, 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TRY_MS),
      });
      return { status: response.status, answer: await response.json() };
    } catch {
      return { status: 0, answer: undefined };
    }
  }

  /** @param {string} persona */
  async #tokenOf(persona) {
    const known = this.#tokens.get(persona);
    if (known && performance.now() < known.until) return known.token;
    const { token } = await this.sandbox('POST', 'tokens', { persona });
    this.#tokens.set(persona, { token, until: performance.now() + TOKEN_MS });
    return token;
  }
}
