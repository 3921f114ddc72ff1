import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DomainError, problemCodes, type ProblemCode } from '@convenant/kernel';
import { problemOf, problemType, toDomainError } from './problem.js';
import { statusOf } from './status-table.js';

const pages = join(import.meta.dirname, '../../../../docs/problems');
const codes = Object.keys(problemCodes) as ProblemCode[];

describe('problemOf', () => {
  it('has type, href, status, instance, clause and faults', () => {
    const error = new DomainError('INPUT_INVALID', 'The body does not have the required shape', {
      clause: 'art-5',
      faults: [{ in: 'body', name: '/id', detail: 'is missing' }],
      members: { findings: [], status: 200 },
    });
    expect(problemOf(error, '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e11')).toEqual({
      type: 'urn:problem-type:convenant:inputInvalid',
      href: '/docs/problems/INPUT_INVALID.md',
      title: problemCodes.INPUT_INVALID.title,
      status: 400,
      detail: 'The body does not have the required shape',
      instance: 'urn:uuid:0197f0a4-6c1e-7b5a-9f43-3d8a52c40e11',
      code: 'INPUT_INVALID',
      retryable: false,
      clause: 'art-5',
      issues: [{ in: 'body', name: '/id', detail: 'is missing' }],
      findings: [],
    });
  });

  it('gives every code a type of its own', () => {
    expect(new Set(codes.map(problemType)).size).toBe(codes.length);
    expect(problemType('IDEMPOTENCY_KEY_REUSED')).toBe('urn:problem-type:convenant:idempotencyKeyReused');
  });
});

describe('toDomainError', () => {
  it('never takes over the message of a foreign error', () => {
    const foreign = [
      Object.assign(new SyntaxError('Unexpected token S in "SECRET"'), { statusCode: 400 }),
      Object.assign(new Error('duplicate key (mail)=(SECRET)'), { code: '23505' }),
      Object.assign(new Error('terminating SECRET'), { code: '57P01' }),
      new Error('Connection terminated unexpectedly'),
      new Error('timeout exceeded when trying to connect'),
      new Error('SECRET'),
      'SECRET',
      undefined,
    ];
    const found = foreign.map(toDomainError);
    expect(found.map((error) => error.message).join()).not.toContain('SECRET');
    expect(found.map((error) => error.code)).toEqual([
      'BODY_MALFORMED',
      'INTERNAL',
      'UNAVAILABLE',
      'UNAVAILABLE',
      'UNAVAILABLE',
      'INTERNAL',
      'INTERNAL',
      'INTERNAL',
    ]);
  });
});

describe('docs/problems', () => {
  it.each(codes)('has a page for %s that says what it means and what to do', (code) => {
    const text = readFileSync(join(pages, `${code}.md`), 'utf8');
    expect(text).toContain(`# ${code}`);
    expect(text).toContain(`HTTP ${statusOf[code]}`);
    for (const heading of ['## Meaning', '## What the caller does', '## What the operator does']) {
      expect(text).toContain(heading);
    }
  });

  it('has no page for a code that does not exist, and lists all in its index', () => {
    const files = readdirSync(pages).filter((file) => file !== 'README.md');
    expect(files.sort()).toEqual(codes.map((code) => `${code}.md`).sort());
    const index = existsSync(join(pages, 'README.md')) ? readFileSync(join(pages, 'README.md'), 'utf8') : '';
    for (const code of codes) expect(index).toContain(`(${code}.md)`);
  });
});
