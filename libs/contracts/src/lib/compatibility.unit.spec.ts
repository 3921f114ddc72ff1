import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import Type, { type TObject } from 'typebox';
import { incompatibilities } from './compatibility.js';
import { plain } from './json-schemas.js';

const before = Type.Object({
  id: Type.String({ format: 'uuid' }),
  reason: Type.Optional(Type.String({ maxLength: 100 })),
  kind: Type.Union([Type.Literal('one'), Type.Literal('two')]),
  items: Type.Array(Type.Object({ name: Type.String(), count: Type.Optional(Type.Integer()) })),
});
const { id, reason, kind, items } = before.properties;

function broken(properties: TObject['properties']): string[] {
  return incompatibilities(plain(before), plain(Type.Object(properties)));
}

describe('a change of an event', () => {
  it.each<[string, TObject['properties']]>([
    ['nothing', { id, reason, kind, items }],
    ['an optional field', { id, reason, kind, items, more: Type.Optional(Type.Boolean()) }],
    [
      'an optional field deep inside',
      {
        id,
        reason,
        kind,
        items: Type.Array(
          Type.Object({
            name: Type.String(),
            count: Type.Optional(Type.Integer()),
            unit: Type.Optional(Type.String()),
          }),
        ),
      },
    ],
    ['another description', { id: Type.String({ format: 'uuid', description: 'which' }), reason, kind, items }],
  ])('may bring %s', (_, properties) => {
    expect(broken(properties)).toEqual([]);
  });

  it.each<[string, TObject['properties'], string]>([
    ['takes a field away', { id, kind, items }, '/reason: the field is gone'],
    ['adds a required field', { id, reason, kind, items, more: Type.Boolean() }, '/more: a new field must be optional'],
    [
      'requires what was optional',
      { id, reason: Type.String({ maxLength: 100 }), kind, items },
      '/reason: was optional',
    ],
    ['no longer requires', { id: Type.Optional(id!), reason, kind, items }, '/id: was required'],
    [
      'narrows a text',
      { id, reason: Type.Optional(Type.String({ maxLength: 50 })), kind, items },
      '/reason: maxLength was 100 and is 50',
    ],
    ['frees a text', { id: Type.String(), reason, kind, items }, '/id: format was "uuid" and is absent'],
    [
      'widens an enumeration',
      { id, reason, kind: Type.Union([Type.Literal('one'), Type.Literal('two'), Type.Literal('three')]), items },
      '/kind: had 2 alternatives and has 3',
    ],
    [
      'renames a value',
      { id, reason, kind: Type.Union([Type.Literal('one'), Type.Literal('other')]), items },
      '/kind (alternative 2): const was "two" and is "other"',
    ],
    [
      'changes a type',
      { id, reason: Type.Optional(Type.Integer()), kind, items },
      '/reason: type was "string" and is "integer"',
    ],
    [
      'changes what a list holds',
      { id, reason, kind, items: Type.Array(Type.Object({ name: Type.String() })) },
      '/items/*/count: the field is gone',
    ],
    [
      'makes a list of something else',
      { id, reason, kind, items: Type.String() },
      '/items: what the list holds changed',
    ],
  ])('is refused when it %s', (_, properties, finding) => {
    expect(broken(properties)).toEqual(expect.arrayContaining([expect.stringContaining(finding)]));
  });

  it('that only reorders fields is none', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries(before.properties), { minLength: 4, maxLength: 4 }), (entries) => {
        expect(broken(Object.fromEntries(entries))).toEqual([]);
      }),
    );
  });
});
