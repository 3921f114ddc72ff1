import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run as convenant } from '@convenant/cli';
import { inventedDetainees, runRegisterStory, type StoryResult } from '@convenant/sandbox';
import { startSystem, type SystemUnderTest } from './start-system.js';

describe('the story of the register', () => {
  let system: SystemUnderTest | undefined;
  let result: StoryResult;

  beforeAll(async () => {
    system = await startSystem();
    result = await runRegisterStory({ baseUrl: system.url });
  }, 240_000);
  const told = (clause: string) =>
    result.steps
      .filter((step) => step.clause === clause)
      .map(({ outcome }) => outcome)
      .join('\n');
  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  it('goes as it should, step by step, and can be played again', async () => {
    expect(result.steps.filter(({ ok }) => !ok)).toEqual([]);
    // What every run makes anew is played once; the rest meets what the run before has left.
    const leaveOut = [
      'Suspended, amended, ended for violation',
      'Ended by notice',
      'Ended with the agreement it hangs on',
      'Processors and their lists',
      'Evidence, and a change of the law',
      'The register and reality',
      'A data subject',
      'Ended by law',
    ];
    const again = await runRegisterStory({ baseUrl: system!.url, leaveOut });
    const left = result.steps.filter(({ chapter }) => leaveOut.includes(chapter)).length;
    expect(again.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect([left > 15, again.steps.length]).toEqual([true, result.steps.length - left]);
  });

  it('shows every kind of ending, each enforced by transfer', () => {
    for (const clause of ['8', '11-notice', '5-duration', '11-lapse', 'IV-end', '7-notice', '7']) {
      expect([clause, told(clause)]).toEqual([clause, expect.stringContaining('enforced')]);
    }
    expect(told('7').match(/termExpired/g)).toHaveLength(2);
  });

  it('tells what an officer wants to see of the register, each with what the register found by itself', () => {
    for (const [clause, words] of [
      ['D', 'PUBLICATION_LAPSED is over by itself'],
      ['D', 'mail to dpo@opgroeien.example: Convenant: De publicatie van het protocol is vervallen'],
      ['6-processors', 'PROCESSOR_BLOCKED is over by itself'],
      ['6-list', 'PROCESSOR_LIST_STALE is over by itself'],
      ['6-policy', 'EVIDENCE_MISSING is over by itself'],
      ['6-proof', 'the sender opens the document'],
      ['9-law', 'LAW_REVIEW_OVERDUE is over by itself'],
      ['3-phase2', '"P10Y" becomes "P5Y"'],
      ['fn5', 'the next look-up: refused USER_SCOPE'],
      ['III.7', 'reconciled, and the drift is over'],
      ['1-framework', 'both accessions are suspended with it'],
    ] as const) {
      expect([clause, told(clause)]).toEqual([clause, expect.stringContaining(words)]);
    }
    expect(told('')).toMatch(/restriction.*enforced|enforced \d+ ms later/);
    expect(told('')).toContain('refused RESTRICTED');
    // Nothing of a person stands in an account that anybody may be shown.
    const account = JSON.stringify(result.steps);
    for (const { fields } of inventedDetainees.flatMap((person) => Object.values(person))) {
      for (const value of Object.values(fields).filter((one) => one.length > 5)) expect(account).not.toContain(value);
    }
  });

  it('is given out of hand as one file that anybody verifies, and that shows every change', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evidence-'));
    try {
      const file = join(folder, 'evidence.tar');
      const said = { out: '', err: '' };
      const command = async (persona: string) =>
        convenant(['evidence', result.protocolId!, '--out', file, '--json'], {
          out: (text) => (said.out += text),
          err: (text) => (said.err += text),
          screen: false,
          env: { CONVENANT_URL: system!.url, CONVENANT_TOKEN: await system!.sandbox.tokenFor(persona) },
        });
      expect([await command('wvg-dpo'), await readdir(folder)]).toEqual([4, []]);
      expect([await command('ocmw-dpo'), await command('ocmw-dpo')]).toEqual([0, 5]);
      const told = JSON.parse(said.out) as Record<string, number>;
      expect(told).toMatchObject({ versions: 1, documents: 1, manifestHash: expect.stringMatching(/^[0-9a-f]{64}$/) });

      const run = promisify(execFile);
      await run('tar', ['xf', file, '-C', folder]);
      const inside = join(folder, `evidence-${result.protocolId}`);
      const verify = () => run('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], { cwd: inside });
      await verify();
      const files = (await readdir(inside, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
      expect(files.length).toBe(told['files']);
      const read = async (name: string) => JSON.parse(await readFile(join(inside, name), 'utf8'));
      expect((await read('protocol.json')).signatures).toHaveLength(3);
      expect((await read('alerts.json')).items.map(({ code }: any) => code)).toContain('PUBLICATION_LAPSED');
      expect((await read('register-entries.json')).items.length).toBeGreaterThan(1);
      expect((await read('completeness.json')).services.map(({ missing }: any) => missing)).not.toContain(undefined);
      expect(await readdir(join(inside, 'public'))).toEqual(['en.html', 'fr.html', 'nl.html', 'protocol.json']);
      const trail = (await readFile(join(inside, 'trail.ndjson'), 'utf8')).trim().split('\n');
      const types = trail.map((line) => JSON.parse(line).type as string);
      expect(types.length).toBe(told['trailEntries']);
      expect(types).toEqual(expect.arrayContaining(['protocol.published', 'alert.raised', 'protocol.ending.enforced']));

      await appendFile(join(inside, 'trail.ndjson'), ' ');
      await expect(verify()).rejects.toMatchObject({ stdout: 'trail.ndjson: FAILED\n' });
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);
});
