import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { eventually } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

const root = join(import.meta.dirname, '../../..');
const LEASE = { DELIVERY_LEASE_MS: '3000', DELIVERY_TRANSPORT_TIMEOUT_MS: '500' };

/** The service as it is really started: a process of its own from the built app, with the telemetry preload. */
describe('the process', () => {
  let world: TransferWorld;
  let child: ChildProcess | undefined;
  let log = '';

  beforeAll(async () => {
    await promisify(execFile)(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'apps/transfer'],
      { cwd: root },
    );
    world = await TransferWorld.start({ env: LEASE, replicas: 0 });
  }, 180_000);
  afterAll(async () => {
    child?.kill('SIGKILL');
    await world?.stop();
  });

  async function start(): Promise<void> {
    const readyFile = `${world.env['VAULT_KEYRING_FILE']}.ready`;
    await rm(readyFile, { force: true });
    child = spawn(
      process.execPath,
      ['--import', '@convenant/platform/telemetry', join(root, 'apps/transfer/dist/main.js')],
      {
        cwd: root,
        env: { PATH: process.env['PATH'], ...world.env, LOG_LEVEL: 'info', READY_FILE: readyFile },
      },
    );
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const ready = await eventually(async () => JSON.parse(await readFile(readyFile, 'utf8')) as { port: number }, {
      what: 'the process is ready',
      deadlineMs: 30_000,
    });
    world.url = `http://127.0.0.1:${ready.port}`;
  }

  it('killed in the middle of a delivery leaves nothing that the next start cannot pick up', async () => {
    await start();
    await world.protocol();
    const subjectRef = await world.subject();
    const consent = await world.giveConsent(subjectRef);
    let release!: () => void;
    world.mail.behaviour = { hold: new Promise((resolve) => (release = resolve)) };
    const key = newId();
    const request = world.request(subjectRef, consent);
    const answer = await (await world.team()).post('/transfer/v1/disclosures', request, key);
    expect(answer.body.verdict).toBe('permitted');
    const { id } = answer.body;
    await eventually(() => world.mail.arrived === 1, { what: 'the message is on its way' });
    const exited = once(child!, 'exit');
    child!.kill('SIGKILL');
    await exited;
    world.mail.behaviour = { cut: true };
    release();
    world.mail.behaviour = {};

    await start();
    const team = await world.team();
    expect((await team.post('/transfer/v1/disclosures', request, key)).body).toEqual(answer.body);
    await world.disclosed(team, id, 'delivered');
    const events = await world.events(id);
    expect(events.map(({ name }) => name)).toEqual([
      'disclosure.authorized',
      'disclosure.delivery.unconfirmed',
      'disclosure.delivered',
    ]);
    expect(events[2]!.data.attemptId).not.toBe(events[1]!.data.attemptId);
    // The receiver has the same mail twice at most, under one Message-ID and with one archive.
    const mails = world.mail.mails.filter(({ messageId }) => messageId.includes(id));
    expect(new Set(mails.map(({ raw }) => raw)).size).toBe(1);
  }, 60_000);

  it('ends at a signal, and neither its log nor its answers hold a value', async () => {
    const exited = once(child!, 'exit');
    child!.kill('SIGTERM');
    expect((await exited)[0]).toBe(0);
    expect(log).toContain('"msg":"ready"');
    for (const value of ['Voorbeeldmans', 'Proefstraat', 'zoe@voorbeeld', 'welzijnshuis'])
      expect(log).not.toContain(value);
  }, 30_000);
});
