import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@convenant/kernel';
import Type from 'typebox';
import { InputCheck } from './input-check.js';

const closed = { additionalProperties: false };
const body = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    method: Type.Union([Type.Literal('paper'), Type.Literal('QES')]),
    items: Type.Array(Type.Object({ item: Type.String({ maxLength: 5 }) }, closed), { minItems: 1 }),
    note: Type.Optional(Type.String()),
  },
  closed,
);

function faults(check: InputCheck, value: unknown): string[] {
  try {
    check.check(value);
    return [];
  } catch (error) {
    return (error as DomainError).extra.faults!.map((fault) => `${fault.in} ${fault.name} ${fault.detail}`);
  }
}

describe('InputCheck', () => {
  it('lists every fault once, as JSON Pointers and never the value', () => {
    const found = faults(new InputCheck(body, 'body'), {
      id: 'SECRET-1',
      method: 'SECRET-2',
      items: [{ item: 'SECRET-3', 'a/b': 1 }],
      more: 'SECRET-4',
    });
    expect(found.sort()).toEqual([
      'body /id must match format "uuid"',
      'body /items/0/a~1b is not known here',
      'body /items/0/item must not have more than 5 characters',
      'body /method must be one of paper, QES',
      'body /more is not known here',
    ]);
  });

  it('names what is missing', () => {
    expect(faults(new InputCheck(body, 'body'), {}).sort()).toEqual([
      'body /id is missing',
      'body /items is missing',
      'body /method is missing',
    ]);
    expect(faults(new InputCheck(body, 'body'), undefined)).toHaveLength(1);
  });

  it('speaks of the shape that fits best, in a union of shapes', () => {
    const uuid = Type.String({ format: 'uuid' });
    const one = Type.Object({ consentId: uuid }, closed);
    const all = Type.Object({ subjectRef: uuid, protocolId: uuid }, closed);
    const check = new InputCheck(Type.Union([one, all]), 'body');
    const id = '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e11';
    expect(faults(check, { consentId: id, more: 1 })).toEqual(['body /more is not known here']);
    expect(faults(check, { subjectRef: id })).toEqual(['body /protocolId is missing']);
    expect(faults(check, { subjectRef: 'x', protocolId: id })).toEqual(['body /subjectRef must match format "uuid"']);
    expect(faults(check, {}).length).toBeGreaterThan(0);
  });

  it('converts a query string and nothing in a body', () => {
    const page = Type.Object({ limit: Type.Integer({ maximum: 100 }), all: Type.Optional(Type.Boolean()) }, closed);
    expect(new InputCheck(page, 'query').check({ limit: '20', all: 'true' })).toEqual({ limit: 20, all: true });
    expect(faults(new InputCheck(page, 'query'), { limit: 'many' })).toEqual(['query /limit must be integer']);
    expect(faults(new InputCheck(page, 'body'), { limit: '20' })).toEqual(['body /limit must be integer']);
  });

  it('refuses a schema that would let unknown fields pass', () => {
    expect(() => new InputCheck(Type.Object({ a: Type.Object({}) }, closed), 'body')).toThrow(/properties\/a/);
  });
});
