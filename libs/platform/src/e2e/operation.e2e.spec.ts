import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createTestDatabase, eventually, type TestDatabase } from '@convenant/testing';
import { platformMigrations, startTelemetryForTests, type TestTelemetry } from '../index.js';
import { Issuer } from './issuer.support.spec.js';
import { NotesController, startTiny, tinySettings } from './tiny-service.support.spec.js';
import { register } from './tiny-system.support.spec.js';

const party = newId();

describe('a service in operation', () => {
  let telemetry: TestTelemetry;
  let database: TestDatabase;
  let issuer: Issuer;

  beforeAll(async () => {
    telemetry = startTelemetryForTests();
    issuer = await Issuer.start();
    database = await createTestDatabase({ service: 'tiny', migrations: platformMigrations });
    await register(database, party, issuer);
  });

  afterAll(async () => {
    await issuer?.stop();
    await database?.drop();
    await telemetry?.stop();
  });

  async function running<T>(work: (url: string) => Promise<T>, settings = tinySettings(database)): Promise<T> {
    const { app, url } = await startTiny(settings);
    try {
      return await work(url);
    } finally {
      await app.close();
    }
  }

  const write = async (url: string, token: string, headers: object = {}) =>
    fetch(`${url}/register/v1/notes`, {
      method: 'POST',
      body: JSON.stringify({ id: newId(), text: 'CANARY-BODY' }),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': newId(),
        ...headers,
      },
    });

  it('says that it is well, at both addresses and to anybody', () =>
    running(async (url) => {
      for (const path of ['/health', '/register/health']) {
        const response = await fetch(`${url}${path}`);
        expect({ status: response.status, body: await response.json() }).toEqual({
          status: 200,
          body: { status: 'UP', details: { database: 'UP', broker: 'UP' } },
        });
      }
    }));

  it('goes on without a broker, and says so', async () => {
    const settings = tinySettings(database, { KAFKA_BROKERS: `127.0.0.1:${await closedPort()}` });
    await running(async (url) => {
      const response = await fetch(`${url}/health`);
      expect({ status: response.status, body: await response.json() }).toEqual({
        status: 200,
        body: { status: 'DEGRADED', details: { database: 'UP', broker: 'DOWN' } },
      });
    }, settings);
  });

  it('says that it is down without its database, answers UNAVAILABLE, and stops all the same', async () => {
    const lost = await createTestDatabase({ service: 'tiny', migrations: platformMigrations });
    await running(async (url) => {
      await lost.drop();
      await eventually(async () => (await fetch(`${url}/health`)).status === 503, { what: 'health says DOWN' });
      const response = await write(url, await issuer.token({ party, roles: ['agency'] }));
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    }, tinySettings(lost));
  });

  it('answers UNAVAILABLE, not UNAUTHENTICATED, while the keys of an issuer cannot be fetched', async () => {
    const gone = await Issuer.start();
    const token = await gone.token({ party, roles: ['agency'] });
    await gone.stop();
    const other = await createTestDatabase({ service: 'tiny', migrations: platformMigrations });
    await register(other, party, gone);
    await running(async (url) => {
      const response = await write(url, token);
      expect(response.headers.get('retry-after')).toBe('1');
      expect({ status: response.status, body: await response.json() }).toMatchObject({
        status: 503,
        body: { code: 'UNAVAILABLE', retryable: true },
      });
    }, tinySettings(other));
    await other.drop();
  });

  it('follows the trace of its caller, in a span named by the route template and free of content', () =>
    running(async (url) => {
      const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
      const token = await issuer.token({ party, roles: ['agency'], sub: 'CANARY-SUB' });
      const answer = await write(url, token, { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
      await fetch(`${url}/register/v1/notes?person=CANARY-QUERY`, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.headers.get('belgov-trace-id')).toBe(trace);

      const span = await eventually(() => telemetry.spans().find((found) => found.spanContext().traceId === trace), {
        what: 'the span of the command',
      });
      expect({ name: span.name, parent: span.parentSpanContext?.spanId, attributes: span.attributes }).toEqual({
        name: 'POST /register/v1/notes',
        parent: '00f067aa0ba902b7',
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/register/v1/notes',
          'http.response.status_code': 201,
          'convenant.request_id': answer.headers.get('x-request-id'),
        },
      });
      const { context } = NotesController.seen.at(-1)!.info;
      expect(context.traceparent).toBe(`00-${trace}-${span.spanContext().spanId}-01`);
      const all = telemetry
        .spans()
        .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
      expect(JSON.stringify(all)).not.toContain('CANARY');
    }));
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
