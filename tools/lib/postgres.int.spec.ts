import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from './postgres.mjs';
import { Processes } from './processes.mjs';
import { temporaryFolder } from './test-servers.mjs';

describe('startPostgres', () => {
  let directory: string;
  let first: Processes;
  let second: Processes;
  beforeAll(() => {
    directory = temporaryFolder('postgres-spec');
    first = new Processes(join(directory, 'run'));
    second = new Processes(join(directory, 'run'));
  });
  afterAll(async () => {
    await second.stopAll();
    await first.stopAll();
    rmSync(directory, { recursive: true, force: true });
  });

  it('runs with the settings that the services require', async () => {
    const { url } = await startPostgres({ directory, processes: first, throwAway: true });
    const names = ['max_connections', 'max_locks_per_transaction', 'max_prepared_transactions', 'synchronous_commit'];
    const values = await Promise.all(names.map((name) => ask(url, `SHOW ${name}`)));
    expect(values.map((row) => Object.values(row)[0])).toEqual(['300', '256', '0', 'on']);
    await ask(url, 'CREATE TABLE kept AS SELECT 1 AS one');
  });

  it('keeps its password where only its owner reads it', () => {
    expect(statSync(join(directory, 'password')).mode & 0o077).toBe(0);
  });

  it('takes over from a server that an earlier start left running, on the same port and data', async () => {
    const port = JSON.parse(readFileSync(join(directory, 'port.json'), 'utf8'));
    const { url, port: again } = await startPostgres({ directory, processes: second, throwAway: true });
    expect([again]).toEqual(port);
    expect(await ask(url, 'SELECT one FROM kept')).toEqual({ one: 1 });
  });

  it('comes back after a SIGKILL of all of it', async () => {
    await second.stopAll();
    const processes = new Processes(join(directory, 'run'));
    const server = await startPostgres({ directory, processes, throwAway: true });
    await server.kill();
    expect(existsSync(join(directory, 'data/postmaster.pid'))).toBe(true);
    await server.restart();
    expect(await ask(server.url, 'SELECT one FROM kept')).toEqual({ one: 1 });
    await processes.stopAll();
  });
});

async function ask(connectionString: string, text: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows[0];
  } finally {
    await client.end();
  }
}
