import type { EventDefinition } from '@convenant/contracts';
import { Compile, type Validator } from 'typebox/compile';

const compiled = new Map<string, Validator>();

/** What is wrong with the data of an event: places and rules, never values. Empty when all is well. */
export function dataFaults(definition: EventDefinition, data: unknown): string[] {
  let validator = compiled.get(definition.type);
  if (!validator) {
    validator = Compile(definition.data) as unknown as Validator;
    compiled.set(definition.type, validator);
  }
  if (validator.Check(data)) return [];
  return [...validator.Errors(data)].map((error) => `${error.instancePath || '/'} (${error.keyword})`);
}
