import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { KeyUnavailable, LocalKeyring, Vault } from '@convenant/vault';
import { TransferWorld, values } from './testing/transfer-world.support.spec.js';

interface Stored {
  disclosure_id: string;
  part: string;
  items: string[];
  generation: number;
  ciphertext: Buffer;
  wrapped_key: Buffer;
}

describe('a rotation of the key-encryption key', () => {
  let world: TransferWorld;
  let worker: TestClient;
  let operator: TestClient;

  beforeAll(async () => {
    // Two replicas: the one that does not rotate must seal under the new generation too.
    world = await TransferWorld.start({ replicas: 2 });
    await world.protocol();
    worker = await world.socialWorker();
    operator = await world.operator();
  }, 60_000);
  afterAll(() => world?.stop());

  const rotated = (id: string, state: string) =>
    eventually(
      async () => {
        const { body } = await operator.get(`/transfer/v1/keys/rotations/${id}`);
        return body.state === state && body;
      },
      { what: `rotation ${id} is ${state}`, deadlineMs: 20_000 },
    );
  const stored = async (): Promise<Stored[]> => (await world.database.query('SELECT * FROM vault_envelope')).rows;
  const open = async (row: Stored) => {
    const vault = new Vault(await LocalKeyring.open(world.env['VAULT_KEYRING_FILE']!, { create: false }));
    const binding = { ownerId: row.disclosure_id, part: row.part, items: row.items, generation: row.generation };
    return vault.open({ ciphertext: row.ciphertext, wrappedKey: row.wrapped_key }, binding);
  };
  const generationsInStore = async () => {
    const { rows } = await world.database.query(
      `SELECT DISTINCT get_byte(wrapped_key, 4) AS generation FROM (
         SELECT wrapped_key FROM vault_envelope UNION ALL SELECT wrapped_key FROM subject_key
         UNION ALL SELECT wrapped_key FROM archive_signing_key) AS all_keys ORDER BY 1`,
    );
    return rows.map(({ generation }) => generation as number);
  };

  it('wraps every data key anew while referrals go on, and after the destruction a copy of the old database cannot be opened', async () => {
    const subjectRef = await world.subject();
    const before = await Promise.all(Array.from({ length: 6 }, () => world.delivered(subjectRef)));
    const erased = before.pop()!;
    const oldCopy = await stored();
    await world.requestErasure(erased.id, subjectRef);
    expect((await world.event(erased.id, 'values.erased')).data.kekGeneration).toBe(1);

    let going = true;
    const during: string[] = [];
    const referrals = Promise.all(
      Array.from({ length: 3 }, async () => {
        while (going) during.push((await world.delivered(subjectRef)).id);
      }),
    );
    const key = newId();
    const { body } = await operator.post('/transfer/v1/keys/rotations', undefined, key);
    expect(body).toMatchObject({ state: 'rotating' });
    expect((await operator.post('/transfer/v1/keys/rotations', undefined, key)).body.id).toBe(body.id);
    const done = await rotated(body.id, 'rewrapped');
    going = false;
    await referrals;
    expect(done).toMatchObject({ generation: 2 });
    expect(done.rewrapped).toBeGreaterThanOrEqual(12);
    expect(await generationsInStore()).toEqual([2]);
    for (const id of [...before.map((referral) => referral.id), ...during]) {
      const { body: got } = await worker.post(`/transfer/v1/disclosures/${id}/values/collect`, undefined);
      expect(got.items).toEqual(values);
      const passphrase = await worker.post(`/transfer/v1/disclosures/${id}/passphrase/collect`, undefined);
      expect(passphrase.status).toBe(201);
    }
    // Until the destruction a backup from before can still be opened: that is why the horizon is later.
    for (const row of oldCopy) await open(row);
    expect((await operator.get('/transfer/v1/keys')).body.erasureHorizon).toBeUndefined();

    const destruction = `/transfer/v1/keys/rotations/${body.id}/destruction`;
    const tooEarly = await operator.post(destruction, { backupConfirmedAt: body.startedAt });
    expect(tooEarly).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
    const at = new Date().toISOString();
    expect((await operator.post(destruction, { backupConfirmedAt: at })).body.state).toMatch(/^destroy/);
    await rotated(body.id, 'destroyed');
    for (const row of oldCopy) await expect(open(row)).rejects.toThrow(KeyUnavailable);
    for (const row of await stored()) await open(row);
    const keys = (await operator.get('/transfer/v1/keys')).body;
    expect(keys).toMatchObject({ currentGeneration: 2, generations: [2] });
    expect(keys.erasureHorizon).toEqual({ erasedUpTo: done.rotatedAt, reachedAt: expect.any(String) });
    expect((await world.events(body.id)).map(({ name }) => name)).toEqual([
      'keyRotation.started',
      'keyRotation.completed',
      'keyGeneration.destroyed',
    ]);
    expect(await operator.post(destruction, { backupConfirmedAt: at })).toMatchObject({
      status: 409,
      body: { code: 'TRANSITION_ILLEGAL' },
    });
    await world.delivered(subjectRef);
  }, 90_000);

  it('is taken up again from the top by a replica that comes after a crash, at any step', async () => {
    const { body } = await operator.post('/transfer/v1/keys/rotations', undefined);
    const done = await rotated(body.id, 'rewrapped');
    // As if the one that worked on it had died after half of the rows: its lease runs out.
    await world.database.query(
      `UPDATE key_rotation SET state = 'rotating', rewrapped_at = NULL, lease_until = clock_timestamp() + interval '300 ms'
        WHERE id = $1`,
      [body.id],
    );
    const again = await rotated(body.id, 'rewrapped');
    expect(again.generation).toBe(done.generation);
    expect(await generationsInStore()).toEqual([done.generation]);
  });

  it('is for the operator of the installation, one at a time', async () => {
    const dpo = await world.receiverDpo();
    expect((await dpo.post('/transfer/v1/keys/rotations', undefined)).status).toBe(403);
    expect((await dpo.get('/transfer/v1/keys')).status).toBe(200);
    expect((await operator.get(`/transfer/v1/keys/rotations/${newId()}`)).status).toBe(404);
    await world.database.query(
      `INSERT INTO key_rotation (id, state, started_at, lease_until, context)
       VALUES ($1, 'rotating', now(), clock_timestamp() + interval '1 hour', '{}')`,
      [newId()],
    );
    expect(await operator.post('/transfer/v1/keys/rotations', undefined)).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
  });
});
