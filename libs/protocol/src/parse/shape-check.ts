import { isDate } from '@convenant/kernel';
import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { nearest } from './nearest.js';
import type { Fault } from './parse-fault.js';

interface JsonSchema extends TSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: string[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minItems?: number;
}

/**
 * Every place where a value does not have the shape of the schema, in the order of the file. The schema library says
 * whether a leaf fits; this walk adds what a person needs: all faults and not the first few, one per place, and the key
 * that was probably meant.
 */
export function shapeFaults(schema: TSchema, value: unknown): Fault[] {
  const faults: Fault[] = [];
  walk(schema as JsonSchema, value, '', faults);
  return faults;
}

function walk(schema: JsonSchema, value: unknown, pointer: string, faults: Fault[]): void {
  if (schema.anyOf) {
    if (value === null && schema.anyOf.some((option) => option.type === 'null')) return;
    walk(
      schema.anyOf.find((option) => option.type !== 'null')!,
      value,
      pointer,
      faults,
    );
  } else if (schema.type === 'object') {
    walkObject(schema, value, pointer, faults);
  } else if (schema.type === 'array') {
    if (!Array.isArray(value)) faults.push({ code: 'VALUE_INVALID', pointer, expected: 'array' });
    else {
      if (value.length < (schema.minItems ?? 0))
        faults.push({ code: 'VALUE_INVALID', pointer, expected: `>= ${schema.minItems}` });
      value.forEach((item, index) => walk(schema.items!, item, `${pointer}/${index}`, faults));
    }
  } else if (!Check(schema, value)) {
    const isImpossibleDate =
      schema.format === 'date' && typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !isDate(value);
    faults.push(
      isImpossibleDate
        ? { code: 'DATE_IMPOSSIBLE', pointer }
        : { code: 'VALUE_INVALID', pointer, expected: expectation(schema, value) },
    );
  }
}

function walkObject(schema: JsonSchema, value: unknown, pointer: string, faults: Fault[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push({ code: 'VALUE_INVALID', pointer, expected: 'object' });
    return;
  }
  const properties = schema.properties!;
  const known = Object.keys(properties);
  for (const [key, child] of Object.entries(value)) {
    const childPointer = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (Object.hasOwn(properties, key)) walk(properties[key]!, child, childPointer, faults);
    else faults.push({ code: 'KEY_UNKNOWN', pointer: childPointer, key, expected: nearest(key, known) ?? undefined });
  }
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(value, key)) faults.push({ code: 'KEY_MISSING', pointer, key });
  }
}

function expectation(schema: JsonSchema, value: unknown): string {
  if (schema.enum) {
    const close = typeof value === 'string' ? nearest(value, schema.enum) : null;
    return close ?? schema.enum.join(', ');
  }
  if ('const' in schema) return String(schema.const);
  return schema.format ?? schema.pattern ?? schema.type ?? '';
}
