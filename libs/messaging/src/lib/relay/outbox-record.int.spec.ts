import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createTestDatabase, type TestDatabase } from '@convenant/testing';
import fc from 'fast-check';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { messagingMigrations } from '../../index.js';
import { openPool } from '../../../test/messaging-kit.js';
import { RecordBatchWriter, type EncodableRecord } from '../bus/record-batch.js';
import { encodeEvent, type EncodableEvent } from '../wire/encode-event.js';
import { CopyOut } from './copy-out.js';
import { OutboxRecord } from './outbox-record.js';
import { RecordForm } from './record-form.js';
import { RelaySession } from './relay-session.js';

const SOURCE = '/installations/spec/consent';
const START = { era: 0, xid: '0', outboxId: '0' };
const MIB = 1024 * 1024;

// Of an era that is over: no transaction that somebody else has open in the cluster keeps them waiting.
const insert = `
  INSERT INTO outbox (era, event_id, type, classification, subject, aggregate_version, occurred_at, recorded_at, correlation_id,
                      causation_id, traceparent, protocol_id, protocol_version, clause, actor_party, actor_ref, data)
  SELECT 0, event_id, type, classification, subject, aggregate_version, occurred_at, recorded_at, correlation_id, causation_id,
         traceparent, protocol_id, protocol_version, clause, actor_party, actor_ref, data
    FROM json_populate_recordset(NULL::outbox, $1::json)`;

const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const name = (maxLength: number) =>
  fc.string({ unit: 'binary', minLength: 1, maxLength }).map((each) => each.replaceAll('\0', 'é').toWellFormed());
const traceparent = oneOf('00', '01', '0a').map((flags) => `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}`);
// Of one second, of others, before 2000 and before 1970; microseconds are cut off.
const instant = oneOf(
  '2026-03-02T09:00:00.123Z',
  '2026-03-02T09:00:00.123999Z',
  '2026-03-02T09:00:00Z',
  '2026-03-02T09:00:01.07Z',
  '1999-12-31T23:59:59.999Z',
  '1969-12-31T23:59:59.001Z',
);
const event = fc.record({
  type: oneOf('be.convenant.consent.withdrawn.v1', 'x'),
  classification: oneOf('pseudonymous', 'none'),
  aggregate_version: fc.integer({ min: 1, max: 2 ** 40 }),
  occurred_at: instant,
  recorded_at: instant,
  correlation_id: name(50),
  causation_id: name(50),
  traceparent: maybe(traceparent),
  protocol_id: maybe(fc.constant(newId())),
  protocol_version: maybe(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  clause: maybe(name(20)),
  actor_party: maybe(fc.constant(newId())),
  actor_ref: maybe(name(50)),
  data: fc
    .tuple(name(4), fc.constantFrom(0, 1, 20, 60, 4_000))
    .map(([text, times]) => JSON.stringify(text.repeat(times))),
});

describe('a page of the outbox', () => {
  let database: TestDatabase;
  let pool: DataSource;
  let owner: pg.Client;
  let session: RelaySession;

  beforeAll(async () => {
    database = await createTestDatabase({ service: 'consent', migrations: messagingMigrations });
    pool = await openPool(database.runtimeUrl);
    owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    session = await RelaySession.open(pool, 'page.spec');
  });
  afterAll(async () => {
    await session?.close();
    await owner?.end();
    await pool?.destroy();
    await database?.drop();
  });
  beforeEach(() => owner.query('TRUNCATE outbox'));

  const write = async (events: object[]) => {
    const rows = events.map((each) => ({ event_id: newId(), subject: newId(), ...each }));
    await owner.query(insert, [JSON.stringify(rows)]);
  };
  const large = (bytes: number) => ({
    ...fc.sample(event, { numRuns: 1, seed: 1 })[0],
    data: JSON.stringify('x'.repeat(bytes - 2)),
  });
  /** The rows as text, the way any other client reads them. */
  const asText = async (): Promise<EncodableEvent[]> => {
    const { rows } = await owner.query('SELECT * FROM outbox ORDER BY era, xid, id');
    return rows;
  };
  const bytesOf = (records: EncodableRecord[]) => Buffer.from(new RecordBatchWriter().batch(records, 1).bytes());

  it('gives the records of encodeEvent, byte for byte, whatever stands in the rows and at whatever position', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 30 }),
        fc.array(fc.constantFrom(0, 1, 9, 10, 1005, 7, 2 ** 31, 2 ** 52), { minLength: 1, maxLength: 5 }),
        async (events, positions) => {
          await owner.query('TRUNCATE outbox');
          await write(events);
          const page = await session.readPage(START, 100);
          const form = new RecordForm(SOURCE);
          const at = (index: number) => positions[index % positions.length]!;
          const records = page.starts.map((start, index) => new OutboxRecord(form, page.bytes, start, at(index)));
          const expected = (await asText()).map((row, index) => encodeEvent(row, SOURCE, at(index)));
          expect(records).toHaveLength(events.length);
          expect(bytesOf(records).equals(bytesOf(expected))).toBe(true);
          // And for whoever asks for its parts.
          expect(records.map(({ key, headers, value }) => ({ key: String(key), headers, value }))).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('says which of its records are traced, and by what', async () => {
    const flags = [null, '00', '01', 'ff'];
    const parents = flags.map((each) => each && `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${each}`);
    await write(parents.map((each) => ({ ...large(10), traceparent: each, type: 'some.type' })));
    const page = await session.readPage(START, 10);
    const form = new RecordForm(SOURCE);
    const traced = page.starts.map((start) => new OutboxRecord(form, page.bytes, start, 1).traced);
    const named = (parent: string | null) => ({ traceparent: parent, id: expect.any(String), type: 'some.type' });
    expect(traced).toEqual([undefined, undefined, named(parents[2]!), named(parents[3]!)]);
  });

  it('takes what fits one batch, at least one row, and says that it is full and that there is more', async () => {
    await write([large(3 * MIB), large(MIB), large(MIB / 2), large(MIB)]);
    let place = START;
    const pages: [rows: number, full: boolean, more: boolean][] = [];
    for (let more = true; more;) {
      const page = await session.readPage(place, 10);
      pages.push([page.size, page.full, page.more]);
      ({ more, lastPlace: place } = page);
    }
    expect(pages).toEqual([
      [1, true, true],
      [2, true, true],
      [1, false, false],
    ]);
    expect(await session.readPage(START, 1)).toMatchObject({ size: 1, full: true, more: true });
    expect(await session.readPage(place, 10)).toMatchObject({ size: 0, full: false, more: false });
  });

  it('keeps the bytes of one page while the next one is read', async () => {
    await write([large(1_000), large(2_000)]);
    const first = await session.readPage(START, 1);
    const before = Buffer.from(first.bytes);
    const second = await session.readPage(first.lastPlace, 1);
    expect(second.bytes).not.toBe(first.bytes);
    expect(first.bytes.equals(before)).toBe(true);
  });

  it('M12 refuses a place that is none, a statement that fails and a row of another form, and goes on', async () => {
    await expect(session.readPage({ ...START, xid: "0'" }, 1)).rejects.toThrow('whole numbers');
    const copy = (text: string, columns: number) => CopyOut.run(owner, text, columns, () => undefined);
    await expect(copy('COPY (SELECT 1 / 0) TO STDOUT (FORMAT binary)', 1)).rejects.toThrow('division by zero');
    await expect(copy('COPY (SELECT 1, 2) TO STDOUT (FORMAT binary)', 1)).rejects.toThrow('2 columns');
    await copy('COPY (SELECT 1, 2) TO STDOUT (FORMAT binary)', 2);
  });
});
