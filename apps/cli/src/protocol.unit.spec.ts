import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, run } from './index.js';

const shipped = (name: string) => join(import.meta.dirname, '../../../protocols', `${name}.yaml`);
const og = shipped('opgroeien--ocmw-sint-gillis-waas');
const fj = shipped('fod-justitie--departement-wvg');

async function protocol(...args: string[]) {
  const said = { out: '', err: '' };
  const exitCode = await run(['protocol', ...args], {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    screen: false,
    env: {},
  });
  return { exitCode, ...said };
}

describe('convenant protocol', () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'convenant-protocol-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('validates both files that ship without a service or a token, with line, clause, source and what to do', async () => {
    const { exitCode, out, err } = await protocol('validate', og, '--on', '2026-03-01');
    expect([exitCode, err]).toEqual([exitCodes.done, '']);
    expect(out).toMatch(/:\d+:\d+: warning [A-Z_]+ \[\S+\]\n {2}\S.*\n {2}\S.*\(.+\)\n/);
    expect(out).toMatch(/0 errors, \d+ warnings, \d+ notes\ndataHash [0-9a-f]{64}\n$/);
    const dutch = await protocol('validate', og, '--lang', 'nl');
    expect(dutch.out).not.toContain(out.split('\n')[1]);
  });

  it('FJ-IV-start says of the text that its signature date is blank', async () => {
    const { exitCode, out } = await protocol('validate', fj, '--on', '2026-03-01', '--json');
    const { findings, valid } = JSON.parse(out) as { valid: boolean; findings: { code: string; line: number }[] };
    expect([exitCode, valid]).toEqual([exitCodes.done, true]);
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'SIGNATURE_DATE_BLANK', line: expect.any(Number) }),
    );
  });

  it('refuses a file with an error: line and column, the nearest known key, and no value of the file', async () => {
    const text = readFileSync(og, 'utf8').replace('language: nl', 'langage: nl');
    const { exitCode, out } = await protocol('validate', file('misspelt.yaml', text));
    expect(exitCode).toBe(exitCodes.invalid);
    expect(out).toMatch(/misspelt\.yaml:\d+:\d+: error KEY_UNKNOWN/);
    expect(out).toContain('language');
    expect(await protocol('validate', file('broken.yaml', 'title: [unclosed'))).toMatchObject({
      exitCode: exitCodes.invalid,
      out: expect.stringMatching(/broken\.yaml:1:\d+: error FILE_UNREADABLE/),
    });
    expect((await protocol('validate', file('huge.yaml', 'a'.repeat(10_000_000)))).out).toContain('FILE_TOO_LARGE');
  });

  it('tells what a new version changes', async () => {
    const amended = file('amended.yaml', readFileSync(og, 'utf8').replace('period: P10Y', 'period: P5Y'));
    const { exitCode, out } = await protocol('diff', og, amended);
    expect([exitCode, out]).toEqual([
      exitCodes.done,
      expect.stringMatching(/^\[3-phase2\] Retention: .*"P10Y" becomes "P5Y"\n$/),
    ]);
    expect((await protocol('diff', og, og)).out).toBe('Both say the same.\n');
    expect(JSON.parse((await protocol('diff', og, amended, '--json')).out)).toMatchObject({
      items: [{ change: 'changed' }],
    });
  });

  it.each([
    [[], 'Say what'],
    [['validate'], 'Say what'],
    [['validate', og, '--on', '2026-02-31'], '--on'],
    [['validate', og, '--lang', 'de'], '--lang'],
    [['diff', og], 'Say what'],
  ])('says how it is used when asked for %j', async (args, words) => {
    expect(await protocol(...args)).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining(words) });
  });

  it('names a file that is not there', async () => {
    expect(await protocol('validate', join(folder, 'none.yaml'))).toMatchObject({
      exitCode: exitCodes.notFound,
      err: expect.stringContaining('there is no such file'),
    });
    expect(await protocol('diff', folder, og)).toMatchObject({ exitCode: exitCodes.notFound });
  });
});
