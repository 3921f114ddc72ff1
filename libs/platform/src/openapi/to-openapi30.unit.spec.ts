import { describe, expect, it } from '@jest/globals';
import * as contracts from '@convenant/contracts';
import Type, { type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { exampleOf } from './example-of.js';
import { toOpenApi30 } from './to-openapi30.js';

const closed = { additionalProperties: false };
const shapes = Object.entries(contracts).filter(
  ([, value]) => typeof value === 'object' && value !== null && '~kind' in value,
) as unknown as [string, TSchema][];

describe('toOpenApi30', () => {
  it('makes a list of constants an enumeration', () => {
    expect(toOpenApi30(Type.Union([Type.Literal('paper'), Type.Literal('QES')]))).toEqual({
      type: 'string',
      enum: ['paper', 'QES'],
    });
    expect(toOpenApi30(Type.Literal(3))).toEqual({ type: 'number', enum: [3] });
  });

  it('says nullable for a union with null', () => {
    expect(toOpenApi30(Type.Union([Type.String({ maxLength: 3 }), Type.Null()]))).toEqual({
      type: 'string',
      maxLength: 3,
      nullable: true,
    });
  });

  it('turns exclusive bounds, records, tuples and examples into the older forms', () => {
    expect(toOpenApi30(Type.Integer({ exclusiveMinimum: 0, maximum: 9, examples: [4] }))).toEqual({
      type: 'integer',
      minimum: 0,
      exclusiveMinimum: true,
      maximum: 9,
      example: 4,
    });
    expect(toOpenApi30(Type.Record(Type.String(), Type.Integer()))).toEqual({
      type: 'object',
      additionalProperties: { type: 'integer' },
    });
    expect(toOpenApi30(Type.Tuple([Type.String(), Type.Integer()]))).toEqual({
      type: 'array',
      items: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      minItems: 2,
      maxItems: 2,
    });
  });

  it('keeps required and closed as they are', () => {
    expect(toOpenApi30(Type.Object({ a: Type.String(), b: Type.Optional(Type.Boolean()) }, closed))).toEqual({
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'string' }, b: { type: 'boolean' } },
      additionalProperties: false,
    });
  });

  it.each(shapes)('gives only keywords of OpenAPI 3.0 for %s', (_, schema) => {
    const text = JSON.stringify(toOpenApi30(schema));
    expect(text).not.toMatch(
      /"(const|patternProperties|prefixItems|additionalItems|\$id|\$defs|examples|unevaluatedProperties|if|then)":/,
    );
    expect(text).not.toMatch(/"type":(\[|"null")|"exclusiveM\w+":\d/);
  });
});

describe('exampleOf', () => {
  it.each(shapes)('gives no example or one that fits for %s', (_, schema) => {
    const example = exampleOf(schema);
    expect(example === undefined || Compile(schema).Check(example)).toBe(true);
  });
});
