import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@convenant/kernel';
import { safeError } from './safe-error.js';

describe('safeError', () => {
  it('keeps class, code, constraint and frames of a driver’s error, and no value', () => {
    const driver = Object.assign(new Error('duplicate key SECRET-1'), {
      name: 'QueryFailedError',
      query: 'INSERT INTO mapping VALUES ($1)',
      parameters: ['SECRET-2'],
      driverError: { code: '23505', constraint: 'mapping_case_key', table: 'mapping', detail: 'Key (ref)=(SECRET-3)' },
    });
    const logged = safeError(new Error('outer SECRET-4', { cause: driver }));
    expect(JSON.stringify(logged)).not.toMatch(/SECRET/);
    expect(logged.cause).toMatchObject({
      type: 'QueryFailedError',
      code: '23505',
      constraint: 'mapping_case_key',
      table: 'mapping',
      stack: expect.stringContaining('safe-error.unit.spec'),
    });
  });

  it('keeps the messages of our own errors, which hold ids only', () => {
    expect(safeError(new DomainError('CONFLICT', 'Protocol 7f3c has ended')).message).toBe('Protocol 7f3c has ended');
  });

  it('takes anything that can be thrown', () => {
    expect(safeError('SECRET')).toEqual({ type: 'string' });
    expect(safeError(undefined)).toEqual({ type: 'undefined' });
  });

  it('keeps every message where the sandbox asks for it', () => {
    expect(safeError(new Error('shown'), true).message).toBe('shown');
  });
});
