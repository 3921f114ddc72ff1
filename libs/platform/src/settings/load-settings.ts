import { inspect } from 'node:util';
import type { Static, TObject, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { SettingsError, type SettingFault } from './settings-error.js';

type SettingSchema = TSchema & { type?: string; default?: unknown; secret?: boolean; rule?: string };

/** Settings that only make sense together: one without the other is a fault. */
const pairs = [
  ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'],
  ['ADMIN_ISSUER', 'ADMIN_JWKS_URI'],
] as const;

/**
 * Reads the settings that `schema` names from `env`, or reports all faults together.
 *
 * Guarantees: a value is never part of a message; a secret has no default and is shown as `[secret]` when the result is
 * logged or printed; with `NODE_ENV=production` every `SANDBOX_*` variable is a fault, known to the schema or not. An empty
 * variable counts as absent.
 * @throws SettingsError with every fault
 */
export function loadSettings<T extends TObject>(schema: T, env: NodeJS.ProcessEnv): Static<T> {
  const faults: SettingFault[] = [];
  const settings: Record<string, unknown> = {};
  const secrets = new Set<string>();
  const required = new Set<string>((schema as unknown as { required?: string[] }).required ?? []);

  for (const [name, property] of Object.entries(schema.properties) as [string, SettingSchema][]) {
    if (property.secret) secrets.add(name);
    if (property.secret && property.default !== undefined) throw new TypeError(`${name} is a secret with a default`);
    const text = env[name];
    const value = text === undefined || text === '' ? property.default : convert(property, text);
    if (value === undefined) {
      if (required.has(name)) faults.push({ name, detail: `is missing; ${rule(property)}` });
      continue;
    }
    if (Compile(property).Check(value)) settings[name] = value;
    else faults.push({ name, detail: `is not valid; ${rule(property)}` });
  }
  for (const [one, other] of pairs) {
    if (!(one in schema.properties) || !(other in schema.properties)) continue;
    if (
      Boolean(env[one]) !== Boolean(env[other]) &&
      !faults.some((fault) => fault.name === one || fault.name === other)
    ) {
      faults.push({
        name: env[one] ? other : one,
        detail: `is missing; it goes together with ${env[one] ? one : other}`,
      });
    }
  }
  if (env.NODE_ENV === 'production') {
    for (const name of Object.keys(env).filter((key) => key.startsWith('SANDBOX_') && env[key])) {
      faults.push({ name, detail: 'belongs to the sandbox and is refused when NODE_ENV is production' });
    }
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return hideSecrets(settings, secrets) as Static<T>;
}

function convert(schema: SettingSchema, text: string): unknown {
  if (schema.type === 'integer' || schema.type === 'number') return text.trim() === '' ? text : Number(text);
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

function rule(schema: SettingSchema): string {
  return `expected: ${schema.rule ?? schema.type ?? 'another form'}`;
}

/** Printing and logging go through these two; both leave the secrets out. */
function hideSecrets(settings: Record<string, unknown>, secrets: ReadonlySet<string>): object {
  const shown = () =>
    Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, secrets.has(name) ? '[secret]' : value]));
  return Object.defineProperties(settings, {
    toJSON: { value: shown },
    [inspect.custom]: { value: shown },
  });
}
