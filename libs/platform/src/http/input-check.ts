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

/** Every fault once, as JSON Pointers. Branches of a union that do not apply are summed up in one line. */
export function faultsOf(validator: Validator, value: unknown, place: InputFault['in']): InputFault[] {
  const errors = validator.Errors(value);
  const faults = new Map<string, InputFault>();
  const add = (name: string, detail: string): void => {
    const key = `${name} ${detail}`;
    if (faults.size < MAX_FAULTS) faults.set(key, { in: place, name, detail });
  };
  const unions = errors.filter((error) => error.keyword === 'anyOf').map((error) => error.schemaPath);
  for (const error of errors) {
    if (unions.some((path) => error.schemaPath.startsWith(`${path}/anyOf/`))) continue;
    const params = error.params as Record<string, unknown>;
    switch (error.keyword) {
      case 'boolean':
        break; // the unknown field again: told by additionalProperties
      case 'required':
        for (const name of params.requiredProperties as string[])
          add(`${error.instancePath}/${pointer(name)}`, 'is missing');
        break;
      case 'additionalProperties':
        for (const name of params.additionalProperties as string[]) {
          add(`${error.instancePath}/${pointer(name)}`, 'is not known here');
        }
        break;
      case 'anyOf':
        add(error.instancePath, anyOfDetail(validator, error.schemaPath));
        break;
      default:
        add(error.instancePath, error.message);
    }
  }
  return [...faults.values()];
}

/** Names the permitted values when the union is a list of constants. */
function anyOfDetail(validator: Validator, schemaPath: string): string {
  const union = schemaPath
    .split('/')
    .slice(1)
    .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], validator.Type());
  const branches = ((union as { anyOf?: { const?: unknown }[] } | undefined)?.anyOf ?? []).map(
    (branch) => branch.const,
  );
  return branches.length > 0 && branches.every((constant) => constant !== undefined)
    ? `must be one of ${branches.map(String).join(', ')}`
    : 'has none of the permitted shapes';
}

function pointer(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
