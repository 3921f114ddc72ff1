import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { consentWithdrawn } from '@convenant/contracts';
import { DomainError, newId } from '@convenant/kernel';
import { createTestDatabase, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import {
  CollectedCommands,
  messagingMigrations,
  type CollectedOutcome,
  type CollectedWork,
  type CommandCollector,
  type CommandIdentity,
  type Reads,
  type WriteTransaction,
} from '../../index.js';
import {
  context,
  Effects1795478400100,
  rows,
  startService,
  withdrawal,
  type RunningService,
} from '../../../test/messaging-kit.js';

interface Request {
  id: string;
  /** What becomes of it. */
  ends?: 'refused' | 'unwritable';
}

/** Withdraws a consent per request; some are refused, some make a row that the table does not take. */
class Withdrawals implements CollectedWork<Request, string, number> {
  /** Requests of each call, in order. */
  readonly calls: number[] = [];
  hold: Promise<void> | undefined;

  async look(reads: Reads, requests: readonly Request[]): Promise<number> {
    const [row] = await reads.query<{ looked: number }>('SELECT $1::int AS looked', [requests.length]);
    return row!.looked;
  }

  async decide(tx: WriteTransaction, requests: readonly Request[], seen: number): Promise<CollectedOutcome<string>[]> {
    // It looks for repeats too, before it is known that they are.
    expect(seen).toBeGreaterThanOrEqual(requests.length);
    this.calls.push(requests.length);
    await this.hold;
    const outcomes: CollectedOutcome<string>[] = [];
    for (const { id, ends } of requests) {
      if (ends === 'refused') {
        outcomes.push({ error: new DomainError('NOT_FOUND', `${id} does not exist`) });
        continue;
      }
      const event = await tx.append(consentWithdrawn, { subject: id, data: withdrawal(id), context: context() });
      await tx.query('INSERT INTO effect (handler, event_id, subject, version, sequence) VALUES ($1, $2, $3, $4, 0)', [
        ends === 'unwritable' ? null : 'collected',
        event.id,
        id,
        event.aggregateVersion,
      ]);
      outcomes.push({ status: 201, result: { id }, answer: `withdrawn ${id}` });
    }
    return outcomes;
  }

  async answer({ id }: { id?: string | string[] }): Promise<string> {
    return `withdrawn ${String(id)}`;
  }
}

describe('collected commands', () => {
  const installation = testInstallation();
  let database: TestDatabase;
  let service: RunningService;
  let work: Withdrawals;
  let collector: CommandCollector<Request, string, number>;

  beforeAll(async () => {
    const migrations = [...messagingMigrations, Effects1795478400100];
    database = await createTestDatabase({ service: 'consent', migrations });
    const databaseUrl = database.runtimeUrl;
    service = await startService({ installation, service: 'consent', databaseUrl, kafka: kafkaSettings() });
  });
  beforeEach(() => {
    work = new Withdrawals();
    collector = service.get(CollectedCommands).collector(work);
  });
  afterAll(async () => {
    await service?.close();
    await database?.drop();
  });

  const command = (id: string, change: Partial<CommandIdentity> = {}): CommandIdentity => ({
    ...{ party: newId(), client: 'agency', key: newId(), fingerprint: 'one', aggregates: [id] },
    ...change,
  });
  const send = (ends?: Request['ends'], change?: Partial<CommandIdentity>) => {
    const id = newId();
    const identity = command(id, change);
    return { id, identity, answered: collector.run(identity, { id, ...(ends ? { ends } : {}) }) };
  };
  /** The transactions that wrote these, with how many of them each wrote. */
  const transactionsOf = async (ids: string[]) =>
    (
      await rows<{ count: string }>(
        database.ownerUrl,
        'SELECT count(*) FROM outbox WHERE subject = ANY ($1) GROUP BY xid ORDER BY xid',
        [ids],
      )
    ).map(({ count }) => Number(count));

  it('writes alone what comes alone, and together what comes while a transaction is in flight', async () => {
    let release!: () => void;
    work.hold = new Promise((resolve) => (release = resolve));
    const first = send();
    while (work.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const others = Array.from({ length: 40 }, () => send());
    release();
    const all = [first, ...others];
    for (const { id, answered } of all) {
      expect(await answered).toEqual({ status: 201, body: `withdrawn ${id}`, repeated: false });
    }
    expect(await transactionsOf(all.map(({ id }) => id))).toEqual([1, 40]);
  });

  it('begins a second transaction beside the first, for not much fewer, and no third', async () => {
    let release!: () => void;
    work.hold = new Promise((resolve) => (release = resolve));
    const turns = async () => {
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    const all = Array.from({ length: 10 }, () => send());
    while (work.calls.length === 0) await turns();
    all.push(send(), send(), send(), send());
    await turns();
    expect(work.calls).toEqual([10]);
    all.push(send());
    while (work.calls.length === 1) await turns();
    for (let more = 0; more < 20; more += 1) all.push(send());
    await turns();
    expect(work.calls).toEqual([10, 5]);
    release();
    await Promise.all(all.map(({ answered }) => answered));
    expect(work.calls).toEqual([10, 5, 20]);
  });

  it('never holds more locks than one transaction may', async () => {
    const all = Array.from({ length: 600 }, () => send());
    await Promise.all(all.map(({ answered }) => answered));
    expect(await transactionsOf(all.map(({ id }) => id))).toEqual([250, 250, 100]);
  });

  it('gives each its own error and writes the others in the same transaction', async () => {
    const [before, refused, after] = [send(), send('refused'), send()];
    await expect(refused.answered).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await Promise.all([before.answered, after.answered]);
    expect(await transactionsOf([before.id, refused.id, after.id])).toEqual([2]);
    // Nothing was kept of it: its key may be tried again.
    const again = await collector.run(refused.identity, { id: refused.id });
    expect(again).toMatchObject({ repeated: false });
  });

  it('runs them again one by one when the transaction fails, so that only the one at fault fails', async () => {
    const all = [send(), send('unwritable'), send()];
    const settled = await Promise.allSettled(all.map(({ answered }) => answered));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(work.calls).toEqual([3, 1, 1, 1]);
    expect(await transactionsOf(all.map(({ id }) => id))).toEqual([1, 1]);
    const effects = await rows(database.ownerUrl, 'SELECT FROM effect WHERE subject = ANY ($1)', [
      all.map(({ id }) => id),
    ]);
    expect(effects).toHaveLength(2);
  });

  it('recognises what was committed although the answer to the commit got lost', async () => {
    const create = service.dataSource.createQueryRunner.bind(service.dataSource);
    service.dataSource.createQueryRunner = () => {
      service.dataSource.createQueryRunner = create;
      const runner = create();
      const connect = runner.connect.bind(runner);
      runner.connect = async () => {
        const client = await connect();
        const query = client.query.bind(client);
        client.query = async (...asked: unknown[]) => {
          const answer = await query(...asked);
          if (asked[0] !== 'COMMIT') return answer;
          client.query = query;
          throw new Error('the connection is gone');
        };
        return client;
      };
      return runner;
    };
    const all = [send(), send()];
    for (const { id, answered } of all) {
      expect(await answered).toEqual({ status: 201, body: `withdrawn ${id}`, repeated: true });
    }
    expect(await transactionsOf(all.map(({ id }) => id))).toEqual([2]);
  });

  it('answers a repeat from state, refuses the key for another content, and has one effect of the same one twice at once', async () => {
    const once = send();
    const twice = collector.run(once.identity, { id: newId() });
    const other = collector.run({ ...once.identity, fingerprint: 'two' }, { id: newId() });
    await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await once.answered).toMatchObject({ repeated: false });
    expect(await twice).toEqual({ status: 201, body: `withdrawn ${once.id}`, repeated: true });
    expect(await service.commands.run({ ...once.identity, work: () => Promise.reject(), answer: work.answer })).toEqual(
      await twice,
    );
    const neighbours = [send(undefined, { key: once.identity.key }), send(undefined, { party: once.identity.party })];
    for (const { answered } of neighbours) expect((await answered).repeated).toBe(false);
  });

  it('lets one whose key is busy elsewhere wait alone, and holds up nobody else', async () => {
    const busy = command(newId());
    let release!: () => void;
    let begun!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const started = new Promise<void>((resolve) => (begun = resolve));
    const elsewhere = service.commands.run({
      ...busy,
      work: async () => {
        begun();
        await held;
        return { status: 201, result: { id: 'other' } };
      },
      answer: work.answer,
    });
    await started;
    const waits = collector.run(busy, { id: busy.aggregates[0]! });
    const sameAggregate = send(undefined, { aggregates: busy.aggregates });
    const free = send();
    expect(await free.answered).toMatchObject({ repeated: false });
    await expect(waits).rejects.toMatchObject({ code: 'COMMAND_IN_PROGRESS' });
    await expect(sameAggregate.answered).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    release();
    await elsewhere;
    expect(await collector.run(busy, { id: newId() })).toMatchObject({ body: 'withdrawn other', repeated: true });
  }, 30_000);
});
