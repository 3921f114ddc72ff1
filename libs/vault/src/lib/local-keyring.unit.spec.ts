import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyUnavailable } from './key-provider.js';
import { KeyringRefused, LocalKeyring } from './local-keyring.js';

describe('the local keyring', () => {
  let folder: string;
  let next = 0;
  const fresh = () => join(folder, `keyring-${(next += 1)}.json`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyring-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is made on the first start, readable by its owner only, and the same on the next start', async () => {
    const file = fresh();
    const first = await (await LocalKeyring.open(file, { create: true })).current();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const second = await (await LocalKeyring.open(file, { create: true })).current();
    expect(second.generation).toBe(1);
    expect(second.key.equals(first.key)).toBe(true);
  });

  it('is one keyring when many processes start at once', async () => {
    const file = fresh();
    const rings = await Promise.all(Array.from({ length: 8 }, () => LocalKeyring.open(file, { create: true })));
    const keys = await Promise.all(rings.map(async (ring) => (await ring.current()).key.toString('hex')));
    expect(new Set(keys).size).toBe(1);
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('is refused when it is missing and something was sealed before', async () => {
    await expect(LocalKeyring.open(fresh(), { create: false })).rejects.toThrow(/does not exist/);
  });

  it('is refused when others can read it', async () => {
    const file = fresh();
    await LocalKeyring.open(file, { create: true });
    for (const mode of [0o604, 0o640, 0o660]) {
      await chmod(file, mode);
      await expect(LocalKeyring.open(file, { create: true })).rejects.toThrow(/0600/);
    }
  });

  it('is refused when it is a link', async () => {
    const file = fresh();
    await LocalKeyring.open(file, { create: true });
    const other = fresh();
    await symlink(file, other);
    await expect(LocalKeyring.open(other, { create: true })).rejects.toThrow(KeyringRefused);
  });

  it('is refused when it is damaged, without quoting a key', async () => {
    const file = fresh();
    await LocalKeyring.open(file, { create: true });
    const text = await readFile(file, 'utf8');
    const key = /"key": "([^"]+)"/.exec(text)![1]!;
    const damaged = [
      '',
      '{',
      '[]',
      'null',
      text.slice(0, -20),
      text.replace(key[3]!, key[3] === 'A' ? 'B' : 'A'),
      text.replace('"generation": 1', '"generation": 2'),
    ];
    for (const content of damaged) {
      await writeFile(file, content, { mode: 0o600 });
      const error = await LocalKeyring.open(file, { create: true }).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(KeyringRefused);
      expect(`${(error as Error).message}${String((error as Error).cause)}`).not.toContain(key);
    }
  });

  it('keeps older generations after a rotation, which another process seals under from its next envelope on', async () => {
    const file = fresh();
    const one = await LocalKeyring.open(file, { create: true });
    const two = await LocalKeyring.open(file, { create: true });
    expect(await one.rotate()).toBe(2);
    expect((await one.current()).generation).toBe(2);
    expect((await one.generation(1)).key.length).toBe(32);
    expect((await two.current()).generation).toBe(2);
    expect(await two.generations()).toEqual([1, 2]);
    expect((await two.generation(2)).key.equals((await one.current()).key)).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('destroys an older generation for good, never the current one', async () => {
    const file = fresh();
    const ring = await LocalKeyring.open(file, { create: true });
    const other = await LocalKeyring.open(file, { create: false });
    await ring.rotate();
    await other.generation(1);
    await expect(ring.destroy(2)).rejects.toThrow(RangeError);
    await ring.destroy(1);
    await expect(ring.generation(1)).rejects.toThrow(KeyUnavailable);
    await expect(other.generation(1)).rejects.toThrow(KeyUnavailable);
    await ring.destroy(1);
    await expect((await LocalKeyring.open(file, { create: false })).generation(1)).rejects.toThrow(KeyUnavailable);
  });

  it('is changed by one process at a time, and a lock that a dead one left does not stand for ever', async () => {
    const file = fresh();
    const ring = await LocalKeyring.open(file, { create: true });
    await writeFile(`${file}.lock`, '');
    await expect(ring.rotate()).rejects.toThrow(/being changed/);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${file}.lock`, longAgo, longAgo);
    expect(await ring.rotate()).toBe(2);
  });
});
