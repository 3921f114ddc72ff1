import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createTestDatabase, eventually, type TestDatabase } from '@convenant/testing';
import { platformMigrations } from '../index.js';

const root = join(import.meta.dirname, '../../../..');
const program = join(import.meta.dirname, 'tiny-main.mjs');

/** A service as it is really started: a process of its own, from the built lib, with the telemetry preload. */
describe('startMain', () => {
  let folder: string;
  let database: TestDatabase;
  let collector: Server;
  let spans = '';
  let child: ChildProcess | undefined;
  const output = { out: '', err: '' };

  beforeAll(async () => {
    await promisify(execFile)(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'libs/platform'],
      {
        cwd: root,
      },
    );
    folder = await mkdtemp(join(tmpdir(), 'start-main-'));
    database = await createTestDatabase({ service: 'tiny', migrations: platformMigrations });
    collector = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => (spans += chunk.toString('latin1'))).on('end', () => response.end());
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  }, 180_000);

  afterEach(() => {
    if (child?.exitCode === null) child.kill('SIGKILL');
  });

  afterAll(async () => {
    collector?.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  function start(env: NodeJS.ProcessEnv): ChildProcess {
    Object.assign(output, { out: '', err: '' });
    child = spawn(process.execPath, ['--import', '@convenant/platform/telemetry', program], {
      cwd: root,
      env: { PATH: process.env.PATH, ...env },
    });
    child.stdout!.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
    return child;
  }

  const settings = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    DATABASE_URL: database.runtimeUrl,
    KAFKA_BROKERS: process.env.TEST_KAFKA_BROKERS,
    USER_REF_KEY: Buffer.alloc(32, 5).toString('base64'),
    ...more,
  });

  it('says when it is ready, traces and logs without content, and ends gracefully', async () => {
    const readyFile = join(folder, 'ready.json');
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const service = start(settings({ READY_FILE: readyFile, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }));
    const early = once(service, 'exit').then(() => Promise.reject(new Error(`It ended: ${output.err}`)));
    early.catch(() => undefined);
    const { port } = await Promise.race([
      eventually(async () => JSON.parse(await readFile(readyFile, 'utf8')) as { port: number }, {
        what: 'the ready file',
        deadlineMs: 30_000,
      }),
      early,
    ]);
    const ready = await eventually(() => output.out.split('\n').find((line) => line.includes('"ready"')), {
      what: 'the ready line',
    });
    expect(JSON.parse(ready)).toEqual({ msg: 'ready', service: 'register', port });

    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const id = newId();
    const call = (path: string) =>
      fetch(`http://127.0.0.1:${port}/register/v1/echo/${path}`, {
        headers: {
          traceparent: `00-${trace}-00f067aa0ba902b7-01`,
          'user-agent': 'CANARY-AGENT',
          authorization: 'Bearer CANARY-TOKEN',
        },
      });
    expect((await call(`read/${id}`)).headers.get('belgov-trace-id')).toBe(trace);
    expect((await call(`read/${id}?who=CANARY-QUERY`)).status).toBe(400);
    expect((await call(`fail/${id}`)).status).toBe(500);
    expect((await call('CANARY-PATH')).status).toBe(404);

    service.kill('SIGTERM');
    const [code] = (await once(service, 'exit')) as [number];
    expect({ code, err: output.err }).toEqual({ code: 0, err: '' });

    const lines = output.out.split('\n').filter((line) => line.includes('"answered"'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ method: 'GET', route: '/register/v1/echo/read/:id', status: 200, traceId: trace }),
      expect.objectContaining({ status: 400 }),
      expect.objectContaining({ route: '/register/v1/echo/fail/:id', status: 500 }),
      expect.objectContaining({ route: 'unknown', status: 404 }),
    ]);
    expect(output.out).toContain('request failed');
    for (const part of [
      '@opentelemetry/instrumentation-http',
      'GET /register/v1/echo/read/:id',
      '@opentelemetry/instrumentation-pg',
      'SELECT $1::text AS value',
    ]) {
      expect(spans).toContain(part);
    }
    for (const text of [output.out, spans]) {
      expect(text).not.toContain('CANARY');
      expect(text).not.toContain(id);
    }
  });

  it('names every wrong setting in a sentence and ends with a code of its own', async () => {
    const service = start(
      settings({ PORT: 'eighty', USER_REF_KEY: 'CANARY', SANDBOX_CLOCK_FILE: '/x', NODE_ENV: 'production' }),
    );
    const [code] = (await once(service, 'exit')) as [number];
    expect(code).toBe(78);
    expect(output.err.trim().split('\n')).toEqual([
      'register cannot start: 3 setting(s) are not right.',
      '  PORT is not valid; expected: a port number; 0 takes a free one.',
      '  USER_REF_KEY is not valid; expected: 32 random bytes in base64 (openssl rand -base64 32).',
      '  SANDBOX_CLOCK_FILE belongs to the sandbox and is refused when NODE_ENV is production.',
    ]);
  });

  it('refuses a database that is not there, and ends', async () => {
    const service = start(settings({ DATABASE_URL: 'postgres://nobody:CANARY@127.0.0.1:1/none', LOG_LEVEL: 'silent' }));
    const [code] = (await once(service, 'exit')) as [number];
    expect({ code, all: output.out + output.err }).toEqual({ code: 1, all: expect.stringMatching(/ECONNREFUSED/) });
    expect(output.out + output.err).not.toContain('CANARY');
  });
});
