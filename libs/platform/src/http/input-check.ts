import { DomainError, type InputFault } from '@convenant/kernel';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { openObjects } from './closed-schema.js';

const MAX_FAULTS = 50;

// TypeBox stops at 8; an unknown field counts twice and a union once per branch.
Settings.Set({ maxErrors: 4 * MAX_FAULTS });

/** Checks one part of a request against its schema; compiled once, when the route is declared. */
export class InputCheck {
  private readonly validator: Validator;

  constructor(
    readonly schema: TSchema,
    private readonly place: InputFault['in'],
  ) {
    const open = openObjects(schema);
    if (open.length > 0)
      throw new TypeError(`A ${place} schema lets unknown fields pass at ${open.join(', ')}: close it`);
    this.validator = Compile(schema);
  }

  /**
   * Gives the value back when it fits. Values of `query` and `path` arrive as text: there numbers and booleans are converted
   * first. A body is never converted.
   * @throws DomainError INPUT_INVALID with every fault: where it stands and what would be right, never the value
   */
  check(value: unknown): unknown {
    const candidate = this.place === 'body' ? value : this.validator.Convert({ ...(value as object) });
    if (this.validator.Check(candidate)) return candidate;
    throw new DomainError('INPUT_INVALID', `The ${this.place} does not have the required shape`, {
      faults: faultsOf(this.validator, candidate, this.place),
    });
  }
}

type ValidationError = ReturnType<Validator['Errors']>[number];

/**
 * Every fault once, as JSON Pointers. Of a union of shapes only the branch that fits best is spoken of: the others would ask
 * for fields that nobody meant to send.
 */
export function faultsOf(validator: Validator, value: unknown, place: InputFault['in']): InputFault[] {
  const errors = validator.Errors(value);
  const faults = new Map<string, InputFault>();
  const add = (name: string, detail: string): void => {
    if (faults.size < MAX_FAULTS) faults.set(`${name} ${detail}`, { in: place, name, detail });
  };
  const unions = errors.filter((error) => error.keyword === 'anyOf').map((error) => unionOf(validator, error, errors));
  for (const error of errors) {
    if (unions.some((union) => union.hides(error))) continue;
    const params = error.params as Record<string, unknown>;
    switch (error.keyword) {
      case 'boolean':
        break; // the unknown field again: told by additionalProperties
      case 'required':
        for (const name of params.requiredProperties as string[]) {
          add(`${error.instancePath}/${pointer(name)}`, 'is missing');
        }
        break;
      case 'additionalProperties':
        for (const name of params.additionalProperties as string[]) {
          add(`${error.instancePath}/${pointer(name)}`, 'is not known here');
        }
        break;
      case 'anyOf': {
        const constants = constantsOf(validator, error.schemaPath);
        if (constants) add(error.instancePath, `must be one of ${constants.join(', ')}`);
        break; // else told by the branch that fits best
      }
      default:
        add(error.instancePath, error.message);
    }
  }
  if (faults.size === 0) add('', 'has none of the permitted shapes');
  return [...faults.values()];
}

/** Which errors of the branches are not worth telling: all of a list of constants, else all but those of the best branch. */
function unionOf(validator: Validator, union: ValidationError, errors: readonly ValidationError[]) {
  const prefix = `${union.schemaPath}/anyOf/`;
  const branchOf = (error: ValidationError): string | undefined =>
    error.schemaPath.startsWith(prefix) && error.instancePath.startsWith(union.instancePath)
      ? error.schemaPath.slice(prefix.length).split('/')[0]
      : undefined;
  const counts = new Map<string, number>();
  for (const error of errors) {
    const branch = branchOf(error);
    if (branch !== undefined) counts.set(branch, (counts.get(branch) ?? 0) + 1);
  }
  const best = constantsOf(validator, union.schemaPath)
    ? undefined
    : [...counts].sort(([, one], [, other]) => one - other)[0]?.[0];
  return {
    hides: (error: ValidationError): boolean => {
      const branch = branchOf(error);
      return branch !== undefined && branch !== best;
    },
  };
}

/** The permitted values, when the union is a list of constants. */
function constantsOf(validator: Validator, schemaPath: string): string[] | undefined {
  const union = schemaPath
    .split('/')
    .slice(1)
    .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], validator.Type());
  const branches = ((union as { anyOf?: { const?: unknown }[] } | undefined)?.anyOf ?? []).map(
    (branch) => branch.const,
  );
  return branches.length > 0 && branches.every((constant) => constant !== undefined) ? branches.map(String) : undefined;
}

function pointer(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
