import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FactService } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { provenPosition, type SequenceGap } from '../domain/sequence-gap.js';
import { event, openTrail, sequences, type TestTrail } from './test-trail.support.spec.js';
import { readProgress, readUnreadable } from './trail.statements.js';

let trail: TestTrail;

beforeAll(async () => {
  trail = await openTrail();
});
afterAll(async () => {
  await trail?.close();
});

describe('the trail', () => {
  it('proves up to where nothing is missing, and names what is, whatever the order of arrival', async () => {
    const source = 'urn:test:shuffled';
    const arrive = (sequence: number) =>
      trail.append({ ...event('breach', 'deadLetter.recorded'), source, service: 'shuffled' as FactService, sequence });
    const progress = async () => {
      const { rows } = await trail.pool.query(readProgress.text);
      const row = rows.find(({ service }) => service === 'shuffled');
      const [highest, gaps] = [Number(row.highest), row.gaps as SequenceGap[]];
      return { highest, missing: Number(row.missing), gaps, proven: provenPosition(highest, gaps) };
    };
    await arrive(1);
    await arrive(4);
    expect(await progress()).toEqual({ highest: 4, missing: 2, gaps: [{ first: 2, last: 3 }], proven: 1 });
    await arrive(9);
    await arrive(7);
    expect(await progress()).toMatchObject({ highest: 9, missing: 5, proven: 1 });
    await arrive(2);
    expect(await progress()).toMatchObject({ missing: 4, proven: 2 });
    for (const rest of [3, 8, 5, 6]) await arrive(rest);
    expect(await progress()).toEqual({ highest: 9, missing: 0, gaps: [], proven: 9 });
  });

  it('gives dense positions, in the order in which they become visible, under concurrent batches', async () => {
    const before = Number((await trail.pool.query('SELECT position FROM trail_head')).rows[0].position);
    const services: FactService[] = ['consent', 'transfer', 'retention'];
    let highestSeen = before;
    await Promise.all([
      ...services.map(async (service) => {
        for (let batch = 0; batch < 10; batch += 1) {
          const events = Array.from({ length: 5 }, () => event(service, 'deadLetter.recorded'));
          if (batch % 4 === 3) {
            // A batch that fails gives its positions back.
            await expect(trail.append(...events, { ...events[0]!, id: newId() })).rejects.toThrow();
            sequences.set(service, sequences.get(service)! - 5);
          } else await trail.append(...events);
        }
      }),
      (async () => {
        for (let look = 0; look < 30; look += 1) {
          const { rows } = await trail.pool.query(
            'SELECT count(*) AS entries, max(position) AS highest FROM trail_entry',
          );
          expect(rows[0].entries).toBe(rows[0].highest);
          highestSeen = Math.max(highestSeen, Number(rows[0].highest));
        }
      })(),
    ]);
    const { rows } = await trail.pool.query('SELECT count(*) AS entries, max(position) AS highest FROM trail_entry');
    expect(Number(rows[0].highest)).toBe(before + 3 * 8 * 5);
    expect(rows[0].entries).toBe(rows[0].highest);
    expect(highestSeen).toBeLessThanOrEqual(Number(rows[0].highest));
  });

  it('gives a record that could not be read a position of its own', async () => {
    const next = Number((await trail.pool.query('SELECT position FROM trail_head')).rows[0].position) + 1;
    await trail.pool.query(
      `INSERT INTO inbox_dead_letter (id, topic, partition, message_offset, cause, detail, message_hash, message, recorded_at)
       VALUES ($1, 'test.consent.v1', 3, 17, 'data.unreadable', '', repeat('a', 64), 'abcd', now())`,
      [newId()],
    );
    const { rows } = await trail.pool.query(readUnreadable.text);
    expect(rows).toMatchObject([
      {
        position: String(next),
        topic: 'test.consent.v1',
        partition: 3,
        record_offset: '17',
        length: 4,
        cause: 'data.unreadable',
      },
    ]);
  });

  it('takes no event twice, and no other one in its place', async () => {
    const once = event('retention', 'deadLetter.recorded');
    await trail.append(once);
    const { rows: before } = await trail.pool.query('SELECT position FROM trail_head');
    await trail.append(once);
    await expect(trail.append({ ...once, id: newId() })).rejects.toMatchObject({ failure: 'sequence.taken' });
    await expect(trail.append({ ...event('retention', 'deadLetter.recorded'), id: once.id })).rejects.toThrow(
      'trail_entry',
    );
    sequences.set('retention', once.sequence);
    expect((await trail.pool.query('SELECT position FROM trail_head')).rows).toEqual(before);
  });

  it.each(['trail_entry', 'unreadable_record', 'trail_read'])(
    'lets the service only read and append %s',
    async (table) => {
      await expect(trail.pool.query(`DELETE FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
      await expect(trail.pool.query(`TRUNCATE ${table}`)).rejects.toMatchObject({ code: '42501' });
      const column = table === 'trail_read' ? 'shown' : 'position';
      await expect(trail.pool.query(`UPDATE ${table} SET ${column} = ${column}`)).rejects.toMatchObject({
        code: '42501',
      });
    },
  );
});
