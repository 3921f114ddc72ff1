import { connect } from 'node:net';
import type { Opening } from '@convenant/messaging';
import type { FastifyInstance } from 'fastify';
import type { Queryable } from '../database/requirements.js';
import { DECLARED } from '../http/route-declaration.js';

type State = 'UP' | 'DOWN';

/**
 * `UP`: all is well. `DEGRADED`: commands are accepted, facts wait in the outbox. `DOWN`: no database, or the service is closed
 * and `closed` says why; nothing works.
 */
export interface Health {
  status: 'UP' | 'DEGRADED' | 'DOWN';
  details: { database: State; broker: State; closed?: string };
}

const CHECK_TIMEOUT = 2_000;
const KEPT_FOR = 1_000;

/** Looks at database and broker, at most once a second however often it is asked. Real time. */
export class HealthCheck {
  private last: { at: number; health: Promise<Health> } | undefined;

  constructor(
    private readonly database: Queryable,
    private readonly brokers: readonly string[],
    private readonly opening?: Pick<Opening, 'whyClosed'>,
  ) {}

  check(): Promise<Health> {
    if (!this.last || Date.now() - this.last.at > KEPT_FOR) this.last = { at: Date.now(), health: this.look() };
    return this.last.health;
  }

  private async look(): Promise<Health> {
    const [database, broker] = await Promise.all([
      within(this.database.query('SELECT 1')),
      within(Promise.any(this.brokers.map(reach))),
    ]);
    const closed = database === 'UP' ? await this.closed() : undefined;
    if (closed) return { status: 'DOWN', details: { database, broker, closed } };
    const status = database === 'DOWN' ? 'DOWN' : broker === 'DOWN' ? 'DEGRADED' : 'UP';
    return { status, details: { database, broker } };
  }

  /** What cannot be said counts as closed: a service that is not known to be open must not be sent any work. */
  private async closed(): Promise<string | undefined> {
    try {
      return (await this.opening?.whyClosed())?.detail;
    } catch {
      return 'The database did not say whether the service is open';
    }
  }
}

/** `/health` and `/<service>/health`, 200 or 503; says what is down, never where it is. */
export function addHealthRoutes(server: FastifyInstance, service: string, check: HealthCheck): void {
  for (const url of ['/health', `/${service}/health`]) {
    server.get(url, { config: { [DECLARED]: true } as object, logLevel: 'silent' }, async (_request, reply) => {
      const health = await check.check();
      return reply.status(health.status === 'DOWN' ? 503 : 200).send(health);
    });
  }
}

async function within(work: Promise<unknown>): Promise<State> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<State>((resolve) => {
    timer = setTimeout(() => resolve('DOWN'), CHECK_TIMEOUT);
  });
  try {
    return await Promise.race([work.then(() => 'UP' as const), late]);
  } catch {
    return 'DOWN';
  } finally {
    clearTimeout(timer);
  }
}

/** Opens and closes a connection. */
function reach(broker: string): Promise<void> {
  const separator = broker.lastIndexOf(':');
  return new Promise((resolve, reject) => {
    const socket = connect({ host: broker.slice(0, separator), port: Number(broker.slice(separator + 1)) });
    socket.setTimeout(CHECK_TIMEOUT, () => socket.destroy(new Error('The broker does not answer')));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
