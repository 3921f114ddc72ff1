import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createTestDatabase, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { messagingMigrations, type Command } from '../../index.js';
import { rows, startService, withdraw, type RunningService } from '../../../test/messaging-kit.js';

describe('a command with an idempotency key', () => {
  const installation = testInstallation();
  let database: TestDatabase;
  let service: RunningService;

  const start = () =>
    startService({ installation, service: 'consent', databaseUrl: database.runtimeUrl, kafka: kafkaSettings() });

  beforeAll(async () => {
    database = await createTestDatabase({ service: 'consent', migrations: messagingMigrations });
    service = await start();
  });
  afterAll(async () => {
    await service?.close();
    await database?.drop();
  });

  /** Withdraws a new consent; the answer tells its id and how often it was built. */
  function command(changes: Partial<Command<string>> = {}): Command<string> {
    const consentId = newId();
    return {
      party: newId(),
      client: 'agency-system',
      key: newId(),
      fingerprint: 'hmac-one',
      aggregates: [consentId],
      work: async (tx) => {
        await withdraw(tx, consentId);
        return { status: 201, result: { consentId } };
      },
      answer: async ({ consentId: id }) => `withdrawn ${String(id)}`,
      ...changes,
    };
  }
  const eventsOf = async (subject: string) =>
    (await rows(database.ownerUrl, 'SELECT FROM outbox WHERE subject = $1', [subject])).length;

  it('has one effect, and gives a repeat the same answer, rebuilt from state', async () => {
    const once = command();
    const first = await service.commands.run(once);
    const second = await service.commands.run({ ...once, work: () => Promise.reject(new Error('must not run')) });
    expect(first).toEqual({ status: 201, body: `withdrawn ${once.aggregates[0]}`, repeated: false });
    expect(second).toEqual({ ...first, repeated: true });
    expect(await eventsOf(once.aggregates[0]!)).toBe(1);
  });

  it('is recognised across a restart', async () => {
    const once = command();
    const first = await service.commands.run(once);
    await service.close();
    service = await start();
    expect(await service.commands.run(once)).toEqual({ ...first, repeated: true });
    expect(await eventsOf(once.aggregates[0]!)).toBe(1);
  });

  it('has one effect when the same one comes several times at once', async () => {
    const once = command();
    const answers = await Promise.all(Array.from({ length: 5 }, () => service.commands.run(once)));
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(await eventsOf(once.aggregates[0]!)).toBe(1);
  });

  it('answers COMMAND_IN_PROGRESS when the same one has not ended within 5 s', async () => {
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun!: () => void;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const slow = command();
    const work = slow.work;
    const first = service.commands.run({
      ...slow,
      work: async (tx) => {
        begun();
        await held;
        return work(tx);
      },
    });
    await started;
    const asked = performance.now();
    await expect(service.commands.run(slow)).rejects.toMatchObject({ code: 'COMMAND_IN_PROGRESS', retryable: true });
    expect(performance.now() - asked).toBeGreaterThan(4_500);
    // Another command on the same aggregate waits as long and is told something else.
    await expect(service.commands.run(command({ aggregates: slow.aggregates }))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    release();
    expect((await first).repeated).toBe(false);
    expect((await service.commands.run(slow)).repeated).toBe(true);
  }, 30_000);

  it('refuses the key for another content, and keeps keys of parties and clients apart', async () => {
    const once = command();
    await service.commands.run(once);
    await expect(service.commands.run({ ...once, fingerprint: 'hmac-two' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    const others = [
      command({ key: once.key, client: once.client }),
      command({ key: once.key, party: once.party, client: 'b' }),
    ];
    for (const other of others) expect((await service.commands.run(other)).repeated).toBe(false);
  });

  it('stores nothing when it fails, so that the key may be tried again', async () => {
    const once = command();
    const work = once.work;
    const failing = {
      ...once,
      work: async (...[tx]: Parameters<typeof work>) => {
        await work(tx);
        throw new Error('disk on fire');
      },
    };
    await expect(service.commands.run(failing)).rejects.toThrow('disk on fire');
    expect(await eventsOf(once.aggregates[0]!)).toBe(0);
    expect((await service.commands.run(once)).repeated).toBe(false);
  });

  it('keeps a keyed hash and ids only', async () => {
    const once = command();
    await service.commands.run(once);
    const [record] = await rows(database.ownerUrl, 'SELECT * FROM command_record WHERE key = $1', [once.key]);
    expect(record).toEqual({
      party: once.party,
      client: once.client,
      key: once.key,
      fingerprint: 'hmac-one',
      status: 201,
      result: { consentId: once.aggregates[0] },
      recorded_at: expect.any(Date),
    });
  });
});
