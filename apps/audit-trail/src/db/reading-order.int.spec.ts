import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FactService } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { BEGINNING, type ReadingCursor } from '../domain/reading-cursor.js';
import type { ArrivedEvent } from '../domain/trail-entry.js';
import type { EntryRow } from './entry-row.js';
import { event, openTrail, type TestTrail } from './test-trail.support.spec.js';
import { readPage } from './visibility.statements.js';

let trail: TestTrail;
const [sender, receiver] = [newId(), newId()];

beforeAll(async () => {
  trail = await openTrail();
});
afterAll(async () => {
  await trail?.close();
});

async function page(reader: string, { since, position }: ReadingCursor, limit: number): Promise<EntryRow[]> {
  const noFilters = [null, null, null, null];
  const values = [reader, since, position, limit, 1_000_000, ...noFilters];
  return (await trail.pool.query(readPage.text, values)).rows;
}

const placeOf = ({ since, position }: EntryRow): ReadingCursor => ({
  since: Number(since),
  position: Number(position),
});

/** Three services write the life of a protocol at once: what hangs on what arrives in any order. */
function writers(round: number): Promise<void>[] {
  const protocolId = newId();
  const consents = Array.from({ length: 4 }, () => newId());
  const of = (service: FactService, name: string, data: Record<string, unknown>, subject = newId()) =>
    event(service, name, { protocolId, subject, data: { protocolId, ...data } });
  const withdrawn = of('consent', 'consent.withdrawn', { consentId: consents[0] }, consents[0]);
  const batches: ArrivedEvent[][] = [
    [
      event('register', 'protocol.drafted', {
        subject: protocolId,
        data: { protocolId, parties: { sender, receiver } },
      }),
      of('register', 'protocol.activated', {}, protocolId),
    ],
    [
      ...consents.map((consentId) => of('consent', 'consent.given', { consentId }, consentId)),
      { ...withdrawn, aggregateVersion: 2 },
    ],
    [
      of('transfer', 'barrier.applied', {
        cause: { service: 'consent', subject: consents[0], aggregateversion: 2 },
      }),
      ...consents
        .slice(0, 1 + (round % 3))
        .map((consentId) => of('transfer', 'disclosure.authorized', { consentId, requesterParty: sender })),
    ],
  ];
  return batches.map((batch) => trail.append(...batch));
}

describe('the reading order', () => {
  it('shows a reader who goes on behind what it has everything once, whoever writes at the same time', async () => {
    const rounds = 25;
    let writing = true;
    const follow = async (reader: string, limit: number): Promise<EntryRow[]> => {
      const got: EntryRow[] = [];
      let after = BEGINNING;
      for (let last = false; ;) {
        const rows = await page(reader, after, limit);
        got.push(...rows);
        if (rows.length > 0) after = placeOf(rows.at(-1)!);
        else if (last) return got;
        last = rows.length === 0 && !writing;
      }
    };
    const followers = [follow(receiver, 1), follow(receiver, 7), follow(sender, 3)];
    for (let round = 0; round < rounds; round += 1) await Promise.all(writers(round));
    writing = false;
    const [one, seven, ofSender] = await Promise.all(followers);
    const all = await page(receiver, BEGINNING, 100_000);
    expect(one!.map(placeOf)).toEqual(all.map(placeOf));
    expect(seven!.map(placeOf)).toEqual(all.map(placeOf));
    expect(ofSender!.map(placeOf)).toEqual((await page(sender, BEGINNING, 100_000)).map(placeOf));
    // Some did become visible later than they came; otherwise this would prove little.
    expect(all.some(({ since, position }) => since !== position)).toBe(true);
    const consents = all.filter(({ name }) => name === 'consent.given').length;
    expect(consents).toBe(all.filter(({ name }) => name === 'disclosure.authorized').length);
    expect(all.filter(({ name }) => name === 'barrier.applied')).toHaveLength(rounds);
  });

  it('never changes for an interval that was read', async () => {
    const before = await page(receiver, BEGINNING, 100_000);
    await Promise.all(writers(0));
    const after = await page(receiver, BEGINNING, 100_000);
    expect(after.length).toBeGreaterThan(before.length);
    expect(after.slice(0, before.length).map(placeOf)).toEqual(before.map(placeOf));
  });

  it('keeps a page within its bytes and says that more was found', async () => {
    const one = (await page(receiver, BEGINNING, 1))[0]!;
    const noFilters = [null, null, null, null];
    const { rows } = await trail.pool.query(readPage.text, [receiver, 0, 0, 50, 1, ...noFilters]);
    expect(rows.map(placeOf)).toEqual([placeOf(one)]);
    expect(rows[0].found).toBe('50');
  });

  it('lets the service only read and append what is visible to whom', async () => {
    await expect(trail.pool.query('DELETE FROM trail_sight')).rejects.toMatchObject({ code: '42501' });
    await expect(trail.pool.query('UPDATE trail_sight SET since = since')).rejects.toMatchObject({ code: '42501' });
  });
});
