import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { ensureTopics, fixedTopics, messagingMigrations } from '../../index.js';
import { Effects1795478400100, rows } from '../../../test/messaging-kit.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';

// The process under test is not Jest's, so it runs what `npm run build` made of this lib.
const program = join(import.meta.dirname, '../../../test/mortal-consumer.mjs');

describe('a consumer that is killed', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const writer = new TopicWriter(installation, kafka);
  const running = new Set<ChildProcess>();
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({
      service: 'transfer',
      migrations: [...messagingMigrations, Effects1795478400100],
    });
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await writer.disconnect();
    await database?.drop();
  });

  function start(diesAt: 'in-handler' | 'before-kafka-commit' | 'never'): ChildProcess {
    const settings = { installation, service: 'transfer', kafka };
    const argument = JSON.stringify({ settings, databaseUrl: database.runtimeUrl, diesAt });
    const child = spawn(process.execPath, [program, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }
  const versions = async () =>
    (await rows<{ version: number }>(database.ownerUrl, 'SELECT version FROM effect ORDER BY id')).map(
      ({ version }) => version,
    );

  it('M5 dies before and after the commit of its effects: the next one goes on exactly there', async () => {
    const subject = aggregateIn(0);
    await writer.send(writer.next(subject), writer.next(subject), writer.next(subject));
    expect(await once(start('before-kafka-commit'), 'exit')).toEqual([null, 'SIGKILL']);
    expect(await versions()).toEqual([1, 2, 3]);

    await writer.send(writer.next(subject), writer.next(subject));
    expect(await once(start('in-handler'), 'exit')).toEqual([null, 'SIGKILL']);
    expect(await versions()).toEqual([1, 2, 3]);

    const survivor = start('never');
    await eventually(async () => (await versions()).length >= 5, { what: 'the rest is handled', deadlineMs: 30_000 });
    expect(await versions()).toEqual([1, 2, 3, 4, 5]);
    survivor.kill('SIGTERM');
    await once(survivor, 'exit');
  }, 90_000);
});
