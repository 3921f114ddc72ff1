import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkContracts } from './contracts.mjs';

const type = 'be.convenant.consent.v1.consent.tested';
const schema = {
  type: 'object',
  required: ['consentId'],
  properties: { consentId: { type: 'string' }, note: { type: 'string' } },
  additionalProperties: false,
};

describe('the promises of the events', () => {
  let into: string;
  const check = (now: Record<string, unknown> | undefined, write = false) =>
    checkContracts({ write, into, schemas: new Map(now ? [[type, now]] : []) });

  beforeEach(async () => {
    into = mkdtempSync(join(tmpdir(), 'convenant-promises-'));
    await check(schema, true);
  });
  afterEach(() => rmSync(into, { recursive: true }));

  it('are kept by the same schema', async () => {
    expect(await check(schema)).toEqual([]);
  });

  it('may gain an optional field, which is written on request', async () => {
    const wider = { ...schema, properties: { ...schema.properties, reason: { type: 'string' } } };
    expect(await check(wider)).toEqual([expect.stringContaining('npm run check -- --write')]);
    expect(await check(wider, true)).toEqual([]);
    expect(await check(wider)).toEqual([]);
  });

  it('are broken by a field that became required, and then nothing is written even on request', async () => {
    const before = readFileSync(join(into, `${type}.json`), 'utf8');
    expect(await check({ ...schema, required: ['consentId', 'note'] }, true)).toEqual([
      expect.stringContaining('/note: was optional and is required'),
    ]);
    expect(readFileSync(join(into, `${type}.json`), 'utf8')).toBe(before);
  });

  it('outlive the event in the code', async () => {
    expect(await check(undefined, true)).toEqual([expect.stringContaining('the event is gone')]);
  });
});
