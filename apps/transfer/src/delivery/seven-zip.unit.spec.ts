import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArchive } from '../testing/open-archive.support.spec.js';
import { SevenZip } from './seven-zip.js';

describe('the 7-zip archive', () => {
  const sevenZip = new SevenZip(2);
  afterAll(() => sevenZip.close());

  it('OG-6-channel is AES-256 with encrypted headers and opens in a real 7-Zip with its passphrase only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'seven-zip-'));
    try {
      const archive = await sevenZip.build(
        [{ name: 'disclosure.json', content: '{"a":"Zoë Peeters"}' }],
        'RIGHT-PASSPHRASE',
      );
      const file = join(folder, 'x.7z');
      await writeFile(file, archive);
      const opened = await openArchive(file, 'RIGHT-PASSPHRASE');
      expect(await readFile(join(opened.folder, 'disclosure.json'), 'utf8')).toBe('{"a":"Zoë Peeters"}');
      expect(opened.listing).toMatch(/7zAES/);
      await opened.remove();
      await expect(openArchive(file, 'WRONG')).rejects.toThrow();
      expect(archive.includes(Buffer.from('disclosure.json', 'utf16le'))).toBe(false);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is built many at a time, each with its own passphrase', async () => {
    const archives = await Promise.all(
      Array.from({ length: 5 }, (_, i) => sevenZip.build([{ name: 'a.txt', content: `content ${i}` }], `PASS-${i}`)),
    );
    expect(new Set(archives.map((archive) => archive.toString('hex'))).size).toBe(5);
  });
});
