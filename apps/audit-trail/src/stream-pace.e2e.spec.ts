import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { holdReleased, protocolDrafted } from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { eventually } from '@convenant/testing';
import { AUDIT, AuditWorld, scope } from './audit.support.spec.js';
import { EventReader } from './event-reader.support.spec.js';

let world: AuditWorld;
const streams: EventReader[] = [];

beforeAll(async () => {
  world = await AuditWorld.start();
}, 120_000);
afterAll(async () => {
  for (const stream of streams) stream.hangUp();
  await world?.stop();
}, 60_000);

async function follow(party: string, place: { after?: string; lastEventId?: string; url?: string } = {}) {
  const query = place.after === undefined ? '' : `?after=${place.after}`;
  const url = `${place.url ?? world.service.url}${AUDIT}/stream${query}`;
  const stream = await EventReader.open(url, await world.token(party), place.lastEventId);
  streams.push(stream);
  return stream;
}

/** A small event that the receiver sees. */
async function tick(protocolId: string): Promise<void> {
  const holdId = newId();
  await world.at.retention.publish(holdReleased, {
    subject: holdId,
    ...scope(protocolId),
    data: { holdId, protocolId, authority: 'court', reason: 'over', releasedAt: formatInstant(Date.now()) },
  });
}

describe('a slow reader', () => {
  it('is paused: what it has not taken stays in the database, and it gets all of it later', async () => {
    // Each of these entries is some 300 kB, so that no socket holds them.
    const receiver = newId();
    await world.register(receiver);
    const model = { text: 'x'.repeat(300_000) };
    const count = 60;
    for (let index = 0; index < count; index += 1) {
      const protocolId = newId();
      const hashes = { documentHash: 'a'.repeat(64), dataHash: 'b'.repeat(64) };
      await world.at.register.publish(protocolDrafted, {
        subject: protocolId,
        protocolId,
        data: {
          protocolId,
          version: 1,
          kind: 'protocol',
          regime: 'vlaams',
          parties: { sender: world.sender, receiver },
          ...hashes,
          findings: [],
          model,
        },
      });
    }
    await world.settled();
    const shown = async () => {
      const rows = await world.query(
        `SELECT coalesce(sum(shown), 0) AS shown FROM trail_read WHERE reader_party = $1 AND what = 'stream'`,
        [receiver],
      );
      return Number(rows[0].shown);
    };
    const { port } = new URL(world.service.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.pause();
    socket.write(
      `GET ${AUDIT}/stream HTTP/1.1\r\nhost: trail\r\nauthorization: Bearer ${await world.token(receiver)}\r\n\r\n`,
    );
    await eventually(async () => (await shown()) > 0, { what: 'the first page was read' });
    // It reads no further: the same number at two looks, while another reader gets everything meanwhile.
    const quick = await follow(receiver);
    const all = await quick.until(count);
    const afterQuick = (await shown()) - all.length;
    expect(afterQuick).toBeLessThan(count / 2);
    expect((await shown()) - all.length).toBe(afterQuick);
    quick.hangUp();

    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString('latin1')));
    socket.resume();
    await eventually(() => text.split('event: entry').length > all.length, {
      what: 'the rest came',
      deadlineMs: 30_000,
    });
    const ids = [...text.matchAll(/^id: (\S+)$/gm)].map(([, id]) => id);
    expect(ids).toEqual(quick.ids);
    socket.destroy();
  }, 120_000);
});

describe('from commit to visible', () => {
  it('takes little time (measured and printed)', async () => {
    const protocolId = await world.agree();
    await world.settled();
    const stream = await follow(world.receiver, {
      after: String((await world.entries(world.receiver, 500)).at(-1)!.visibleFrom),
    });
    await stream.until(0);
    await eventually(() => stream.comments > 0, { what: 'the stream is open' });
    const times: number[] = [];
    for (let round = 0; round < 100; round += 1) {
      const before = stream.entries.length;
      await tick(protocolId);
      const committed = performance.now();
      await stream.until(before + 1);
      times.push(Math.max(0, stream.arrivals.at(-1)! - committed));
    }
    times.sort((one, other) => one - other);
    const at = (share: number) => Math.round(times[Math.ceil(share * times.length) - 1]!);
    process.stdout.write(`commit to visible in the stream: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms\n`);
    expect(at(0.5)).toBeLessThan(10_000);
    stream.hangUp();
  });
});
