import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { barrierApplied, consentWithdrawn } from '@convenant/contracts';
import { FixedClock, newId } from '@convenant/kernel';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  AppendRefused,
  ensureTopics,
  fixedTopics,
  MAX_AGGREGATES,
  messagingMigrations,
  Reacts,
  type HandlerContext,
  type ReceivedEvent,
} from '../../index.js';
import {
  appendBarrier,
  context,
  Effects1795478400100,
  rows,
  startService,
  withdrawal,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { Transactions } from './transactions.js';
import type { Reads } from './write-transaction.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';

/** 300 in an ordinary run; the messaging issue's figure is 10,000. */
const COMMANDS = Number(process.env['M13_COMMANDS'] ?? 300);
const own = Array.from({ length: 10 }, () => newId());

/** Own aggregates that an event or a command concerns: one to three of the ten, in any order. */
const some = (seed: number) =>
  [0, 1, 2].slice(0, 1 + (seed % 3)).map((step) => own[(seed * 7 + step * 3) % own.length]!);

@Controller()
class Busy {
  @Reacts({ reaction: 'busy', aggregates: (event) => some(event.sequence) })
  @EventPattern<string>('consent.withdrawn')
  async react(@Payload() event: ReceivedEvent, @Ctx() { tx, command }: HandlerContext): Promise<void> {
    for (const subject of some(event.sequence)) await appendBarrier(tx, subject, command, event.aggregateVersion);
  }
}

describe('the outbox', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const writer = new TopicWriter(installation, kafka);
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    database = await createTestDatabase({
      service: 'transfer',
      migrations: [...messagingMigrations, Effects1795478400100],
    });
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
    service = await startService({
      installation,
      service: 'transfer',
      databaseUrl: database.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Busy],
      relay: true,
    });
  });
  afterAll(async () => {
    await service?.close();
    await writer.disconnect();
    await database?.drop();
  });

  it(
    'M13 keeps cursor order and versions together where commands and reactions meet on the same aggregates',
    async () => {
      const direct = async (seed: number) => {
        const aggregates = some(seed);
        await service.outbox.transaction(aggregates, async (tx) => {
          for (const subject of [...aggregates].reverse()) await appendBarrier(tx, subject, context(), 1);
        });
      };
      let next = 0;
      const worker = async () => {
        while (next < COMMANDS) await direct((next += 1));
      };
      const events = Array.from({ length: COMMANDS }, (_, index) => writer.next(aggregateIn(index % 6)));
      const sends = (async () => {
        for (let from = 0; from < events.length; from += 25) await writer.send(...events.slice(from, from + 25));
      })();
      await Promise.all([sends, ...Array.from({ length: 4 }, worker)]);
      await eventually(async () => (await rows(database.ownerUrl, 'SELECT FROM inbox_reaction')).length === COMMANDS, {
        what: 'every event has had its reaction',
        deadlineMs: 20_000 + COMMANDS * 20,
      });

      const appended = await rows<{ subject: string; version: string }>(
        database.ownerUrl,
        'SELECT subject, aggregate_version AS version FROM outbox ORDER BY xid, id',
      );
      const inCursorOrder = new Map<string, number[]>();
      for (const { subject, version } of appended) {
        inCursorOrder.set(subject, [...(inCursorOrder.get(subject) ?? []), Number(version)]);
      }
      const numbers = Array.from({ length: COMMANDS }, (_, index) => some(index + 1).length);
      expect(appended).toHaveLength(2 * numbers.reduce((sum, count) => sum + count, 0));
      for (const versions of inCursorOrder.values()) {
        expect(versions).toEqual(Array.from({ length: versions.length }, (_, index) => index + 1));
      }
    },
    60_000 + COMMANDS * 40,
  );

  it('M13 refuses an append whose aggregate it has not locked, and rolls everything back', async () => {
    const [locked, other] = [newId(), newId()];
    const work = service.outbox.transaction([locked], async (tx) => {
      await appendBarrier(tx, locked, context(), 1);
      await appendBarrier(tx, other, context(), 1);
    });
    await expect(work).rejects.toThrow(AppendRefused);
    expect(await rows(database.ownerUrl, 'SELECT FROM outbox WHERE subject = $1', [locked])).toEqual([]);
  });

  it('refuses events of another service and data that break the schema', async () => {
    const subject = newId();
    const foreign = service.outbox.transaction([subject], (tx) =>
      tx.append(consentWithdrawn, { subject, data: withdrawal(subject), context: context() }),
    );
    await expect(foreign).rejects.toThrow('consent.withdrawn is an event of consent, not of transfer');
    const broken = service.outbox.transaction([subject], (tx) =>
      tx.append(barrierApplied, { subject, data: { barrierId: 'x' } as never, context: context() }),
    );
    await expect(broken).rejects.toThrow(/break the schema/);
  });

  it('M12 refuses data larger than a topic takes, by name and size, and rolls everything back', async () => {
    const [small, large] = [newId(), newId()];
    const work = service.outbox.transaction([small, large], async (tx) => {
      await appendBarrier(tx, small, context(), 1);
      await tx.append(barrierApplied, {
        subject: large,
        context: context(),
        data: {
          barrierId: large,
          cause: { kind: 'withdrawal', service: 'c'.repeat(3 * 1024 * 1024), subject: large, aggregateversion: 1 },
          protocolId: large,
          appliedAt: '2026-03-02T09:00:01.000Z',
          waited: { transactionsMs: 0, deliveriesMs: 0 },
          unconfirmed: [],
        },
      });
    });
    await expect(work).rejects.toThrow(/barrier\.applied: the data are larger than 2097152 bytes/);
    expect(await rows(database.ownerUrl, 'SELECT FROM outbox WHERE subject = $1', [small])).toEqual([]);
  });

  it('M12 keeps its order when the clock jumps back', async () => {
    const clock = FixedClock.at('2026-03-02T09:00:00Z');
    const second = await startService({
      installation,
      service: 'transfer',
      databaseUrl: database.runtimeUrl,
      kafka,
      relay: true,
      clock,
    });
    try {
      const subject = newId();
      for (const instant of ['2026-03-02T09:00:00Z', '2026-03-01T09:00:00Z', '2020-01-01T00:00:00Z']) {
        clock.set(instant);
        await second.outbox.transaction([subject], (tx) => appendBarrier(tx, subject, context(), 1));
      }
      const appended = await rows<{ version: string; recorded_at: Date }>(
        database.ownerUrl,
        'SELECT aggregate_version AS version, recorded_at FROM outbox WHERE subject = $1 ORDER BY era, xid, id',
        [subject],
      );
      expect(appended.map(({ version }) => Number(version))).toEqual([1, 2, 3]);
      const times = appended.map(({ recorded_at }) => recorded_at.getTime());
      expect(times).toEqual([...times].sort((a, b) => b - a));
      const all = await rows(database.ownerUrl, 'SELECT FROM outbox');
      await eventually(
        async () =>
          (await rows<{ sequence: string }>(database.ownerUrl, 'SELECT sequence FROM relay_cursor'))[0]!.sequence ===
          String(all.length),
        { what: 'all are sent' },
      );
    } finally {
      await second.close();
    }
  });

  it('knows the version of an aggregate, with what the transaction itself appended', async () => {
    const [subject, unlocked] = [newId(), newId()];
    const versions = await service.outbox.transaction([subject], async (tx) => {
      const before = await tx.versionOf(subject);
      await appendBarrier(tx, subject, context(), 1);
      return [before, await tx.versionOf(subject), await tx.versionOf(unlocked)];
    });
    expect(versions).toEqual([0, 1, 0]);
    const later = await service.outbox.transaction([], (tx) => tx.versionOf(subject));
    expect(later).toBe(1);
  });

  it('rolls back what TypeORM wrote on the same connection', async () => {
    const work = service.outbox.transaction([], async ({ manager }) => {
      await manager.query(
        `INSERT INTO effect (handler, event_id, subject, version, sequence) VALUES ('typeorm', gen_random_uuid(), gen_random_uuid(), 1, 1)`,
      );
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await rows(database.ownerUrl, `SELECT FROM effect WHERE handler = 'typeorm'`)).toEqual([]);
  });

  describe('what is sent and not waited for', () => {
    const effect = (handler: string | null | object) => ({
      name: 'test_effect',
      text: `INSERT INTO effect (handler, event_id, subject, version, sequence)
             VALUES ($1, gen_random_uuid(), gen_random_uuid(), 1, 1)`,
      values: [handler],
    });
    const kept = (handler: string) => rows(database.ownerUrl, 'SELECT FROM effect WHERE handler = $1', [handler]);

    it('is written with the commit', async () => {
      await service.outbox.transaction([], async (tx) => {
        tx.send(effect('sent'));
        tx.send(effect('sent'));
      });
      expect(await kept('sent')).toHaveLength(2);
    });

    it('rolls everything back when it fails, with the cause, not with what came after it', async () => {
      const work = service.outbox.transaction([], async (tx) => {
        tx.send(effect('beside'));
        tx.send(effect(null));
        await tx.query('SELECT 1');
      });
      await expect(work).rejects.toMatchObject({ code: '23502' });
      expect(await kept('beside')).toEqual([]);
    });

    it('keeps the others from being committed also when it never reached the server', async () => {
      const unsendable = {
        toPostgres: () => {
          throw new Error('no such value');
        },
      };
      const work = service.outbox.transaction([], async (tx) => {
        tx.send(effect('alone'));
        tx.send(effect(unsendable));
      });
      await expect(work).rejects.toThrow('no such value');
      expect(await kept('alone')).toEqual([]);
    });

    it('rolls everything back when the server refuses it beside the commit, and leaves the connection usable', async () => {
      const work = service.outbox.transaction([], async (tx) => {
        tx.send(effect('before'));
        tx.send(effect(null));
        tx.send(effect('behind'));
      });
      await expect(work).rejects.toMatchObject({ code: '23502' });
      expect([await kept('before'), await kept('behind')]).toEqual([[], []]);
      await service.outbox.transaction([], async (tx) => tx.send(effect('next')));
      expect(await kept('next')).toHaveLength(1);
    });

    it('commits nothing when two texts go by one name, which pg would send but one of', async () => {
      const named = { ...effect('first'), name: 'test_twice' };
      const work = service.outbox.transaction([], async (tx) => {
        tx.send(named);
        tx.send({ ...named, text: `${named.text} RETURNING event_id` });
      });
      await expect(work).rejects.toThrow('Two statements are called test_twice');
      expect(await kept('first')).toEqual([]);
    });
  });

  it('is the transaction of what TypeORM does on its connection, which begins and commits none of its own', async () => {
    const insert = (handler: string) =>
      `INSERT INTO effect (handler, event_id, subject, version, sequence)
       VALUES ('${handler}', gen_random_uuid(), gen_random_uuid(), 1, 1)`;
    const work = service.outbox.transaction([], async ({ manager }) => {
      await manager.transaction((inner) => inner.query(insert('nested')));
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await rows(database.ownerUrl, `SELECT FROM effect WHERE handler = 'nested'`)).toEqual([]);
  });

  it('does not take it for committed when a failed statement was passed over', async () => {
    const work = service.outbox.transaction([], (tx) => tx.query('SELECT 1 / 0').catch(() => []));
    await expect(work).rejects.toThrow('nothing was committed');
  });

  it('looks behind its locks: at what the one before it committed', async () => {
    const subject = newId();
    const transactions = service.get(Transactions);
    const versionThen = (reads: Reads) =>
      reads.query('SELECT version FROM aggregate_version WHERE subject = $1', [subject]);
    let second: Promise<unknown[]> | undefined;
    await service.outbox.transaction([subject], async (tx) => {
      second = transactions.run({ aggregates: [subject] }, async (_tx, _notFree, seen) => seen, versionThen);
      await eventually(
        async () => (await tx.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length,
        { what: 'the second one waits' },
      );
      await appendBarrier(tx, subject, context(), 1);
    });
    expect(await second).toEqual([{ version: '1' }]);
  });

  it('finds by key what it writes beside, also on a table that was empty when the plan was made', async () => {
    await rows(database.ownerUrl, 'ANALYZE inbox_version');
    const plan = await service.outbox.transaction([], (tx) =>
      tx.query('EXPLAIN SELECT FROM inbox_version WHERE subject = gen_random_uuid()'),
    );
    expect(JSON.stringify(plan)).not.toContain('Seq Scan');
  });

  it('locks many aggregates, but not more than the server has room for', async () => {
    const aggregates = Array.from({ length: MAX_AGGREGATES }, () => newId());
    await service.outbox.transaction(aggregates, async (tx) => {
      for (const subject of aggregates) await appendBarrier(tx, subject, context(), 1);
    });
    await expect(service.outbox.transaction([...aggregates, newId()], async () => undefined)).rejects.toThrow(
      RangeError,
    );
  });
});
