import { describe, expect, it } from '@jest/globals';
import { breachScopeComputed, catalogue, consentWithdrawn } from '@convenant/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withdrawal } from '../../../test/messaging-kit.js';
import { dataFaults, readerFaults } from './schema-check.js';

const samples = join(import.meta.dirname, '../../../../contracts/samples');
const data = withdrawal('01920000-0000-7000-8000-000000000001');

describe('the data of an event', () => {
  it('may not carry an unlisted field when they are written', () => {
    expect(dataFaults(consentWithdrawn, { ...data, phone: 'not ours' })).toContain('/ (additionalProperties)');
  });

  it('may carry a field that a newer writer added when they are read, at any depth', () => {
    expect(readerFaults(consentWithdrawn, { ...data, addedLater: true })).toEqual([]);
    const scope = JSON.parse(readFileSync(join(samples, `${breachScopeComputed.type}.json`), 'utf8')) as object;
    expect(readerFaults(breachScopeComputed, JSON.parse(JSON.stringify(scope, addEverywhere)))).toEqual([]);
  });

  it('are wrong for a reader when a known field is missing or of another form, whatever was added', () => {
    const { method, ...without } = data;
    expect(method).toBe('oral');
    expect(readerFaults(consentWithdrawn, { ...without, addedLater: true })).toEqual(['/ (required)']);
    expect(readerFaults(consentWithdrawn, { ...data, withdrawnAt: 'yesterday', addedLater: 1 })).toEqual([
      '/withdrawnAt (format)',
    ]);
  });

  it('of every event are closed for the writer and open for the reader', () => {
    for (const definition of catalogue.values()) {
      const sample = JSON.parse(readFileSync(join(samples, `${definition.type}.json`), 'utf8')) as object;
      const later = { ...sample, addedLater: 'by a newer version' };
      expect([definition.name, dataFaults(definition, later).length > 0]).toEqual([definition.name, true]);
      expect([definition.name, readerFaults(definition, later)]).toEqual([definition.name, []]);
    }
  });
});

function addEverywhere(_key: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !('addedLater' in value) ? { ...value, addedLater: 1 } : value;
}
