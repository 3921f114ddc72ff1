import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { PermanentFailure } from '../inbox/permanent-failure.js';
import { safeFrames, safeWords } from './safe-words.js';

const quoting = Object.assign(new Error('invalid input syntax for type uuid: "Janssens"'), {
  name: 'error',
  code: '22P02',
});

describe('what the log says of an error', () => {
  it('is class and code where the message may quote a value', () => {
    expect(safeWords(quoting)).toBe('error (22P02)');
    expect(safeWords(new QueryFailedError('SELECT $1', ['Janssens'], quoting))).toBe('QueryFailedError (22P02)');
    expect(safeWords(new TypeError('Cannot read Janssens'))).toBe('TypeError');
    expect(safeWords('Janssens')).toBe('an unknown error');
  });

  it('is the message too where it is our own, or speaks of the network', () => {
    expect(safeWords(new PermanentFailure('type.unknown', 'No such event'))).toBe('PermanentFailure: No such event');
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
    expect(safeWords(refused)).toBe('Error (ECONNREFUSED): connect ECONNREFUSED 127.0.0.1:1');
  });

  it('has frames without the message line', () => {
    expect(safeFrames(quoting)).toMatch(/^\s+at /);
    expect(safeFrames(quoting)).not.toContain('Janssens');
  });
});
