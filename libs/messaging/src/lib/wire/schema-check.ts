import type { EventDefinition } from '@convenant/contracts';
import { Compile, type Validator } from 'typebox/compile';

const compiled = new Map<string, Validator>();
const compiledOpen = new Map<string, Validator>();

/** What is wrong with the data of an event: places and rules, never values. Empty when all is well. */
export function dataFaults(definition: EventDefinition, data: unknown): string[] {
  const validator = validatorOf(compiled, definition, (schema) => schema);
  return validator.Check(data) ? [] : faultsOf(validator, data);
}

/**
 * The same for a reader, who passes over fields that its program does not know: during a rolling update the writer may
 * be a version ahead, and a version may gain optional fields (`incompatibilities` in libs/contracts).
 */
export function readerFaults(definition: EventDefinition, data: unknown): string[] {
  if (validatorOf(compiled, definition, (schema) => schema).Check(data)) return [];
  const open = validatorOf(compiledOpen, definition, opened);
  return open.Check(data) ? [] : faultsOf(open, data);
}

function validatorOf(
  cache: Map<string, Validator>,
  definition: EventDefinition,
  form: (schema: unknown) => unknown,
): Validator {
  let validator = cache.get(definition.type);
  if (!validator) {
    validator = Compile(form(definition.data) as never) as unknown as Validator;
    cache.set(definition.type, validator);
  }
  return validator;
}

function faultsOf(validator: Validator, data: unknown): string[] {
  return [...validator.Errors(data)].map((error) => `${error.instancePath || '/'} (${error.keyword})`);
}

/** The schema with every closed object opened. */
function opened(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === 'additionalProperties' && value === false ? undefined : value,
    ),
  );
}
