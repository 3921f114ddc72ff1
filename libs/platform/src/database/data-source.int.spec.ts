import { describe, expect, it } from '@jest/globals';
import { messagingMigrations } from '@convenant/messaging';
import { createTestDatabase, eventually, TcpProxy } from '@convenant/testing';
import pg from 'pg';
import { toDomainError } from '../http/problem.js';
import { openDataSource, runtimeDataSourceOptions } from './data-source.js';

describe('the pool of a service', () => {
  it('M3 survives that the server ends a connection in the very packet of its last answer', async () => {
    const database = await createTestDatabase({ service: 'consent', migrations: messagingMigrations });
    const url = new URL(database.runtimeUrl);
    const proxy = await TcpProxy.start({ protocol: 'stream', targetPort: Number(url.port) });
    const admin = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] });
    await admin.connect();
    url.port = String(proxy.port);
    const options = runtimeDataSourceOptions({ url: url.href, applicationName: 'one-packet', entities: [] });
    const source = await openDataSource(
      { ...options, extra: { ...options.extra, max: 1 } } as never,
      messagingMigrations,
    );
    try {
      const { master } = source.driver as unknown as { master: pg.Pool };
      const backend = async () =>
        (
          await admin.query(
            `SELECT pid, state FROM pg_stat_activity WHERE datname = $1 AND application_name = 'one-packet'`,
            [database.name],
          )
        ).rows[0] as { pid: number; state: string } | undefined;
      const answer = master.query(`SELECT 'answered' AS text FROM pg_sleep(0.3)`);
      await eventually(async () => (await backend())?.state === 'active', { what: 'the statement runs' });
      // From here on all that the server says arrives at once.
      proxy.pause();
      const next = source.createQueryRunner();
      const waiting = next.connect();
      await eventually(async () => (await backend())?.state === 'idle', { what: 'the server has answered' });
      await admin.query('SELECT pg_terminate_backend($1)', [(await backend())!.pid]);
      await eventually(async () => !(await backend()), { what: 'the server has ended it' });
      proxy.resume();
      expect((await answer).rows).toEqual([{ text: 'answered' }]);
      await waiting;
      await expect(next.query('SELECT 1')).rejects.toThrow();
      await next.release();
      expect((await master.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
    } finally {
      await source.destroy();
      await admin.end();
      await proxy.close();
      await database.drop();
    }
  });

  it('M8 says UNAVAILABLE when no connection is free in time or the server goes, since the condition passes', async () => {
    const database = await createTestDatabase({ service: 'consent', migrations: messagingMigrations });
    const options = runtimeDataSourceOptions({ url: database.runtimeUrl, applicationName: 'few', entities: [] });
    const scarce = { ...options.extra, max: 1, connectionTimeoutMillis: 300 };
    const source = await openDataSource({ ...options, extra: scarce } as never, messagingMigrations);
    const failure = (work: Promise<unknown>) => work.then(() => undefined, toDomainError);
    try {
      const held = source.createQueryRunner();
      await held.connect();
      expect(await failure(source.query('SELECT 1'))).toMatchObject({ code: 'UNAVAILABLE' });
      const asleep = failure(held.query('SELECT pg_sleep(30)'));
      const client = (await held.connect()) as pg.PoolClient & { connection: { stream: { destroy(): void } } };
      client.connection.stream.destroy();
      expect(await asleep).toMatchObject({ code: 'UNAVAILABLE' });
      expect(await failure(held.query('SELECT 1'))).toMatchObject({ code: 'UNAVAILABLE' });
      await held.release();
    } finally {
      await source.destroy();
      await database.drop();
    }
  });
});
