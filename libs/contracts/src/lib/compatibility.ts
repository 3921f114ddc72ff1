import type { JsonSchema } from './json-schemas.js';

const annotations = new Set(['$id', '$schema', 'title', 'description', 'examples', '$comment']);
const structure = new Set(['properties', 'required', 'items', 'anyOf', ...annotations]);

/**
 * What a change of an event's data breaks, as sentences that name the place; empty when it breaks nothing.
 *
 * A version of a service's events only ever gains optional fields: yesterday's records must be read by tomorrow's code
 * (replay), and tomorrow's records by yesterday's (a rolling update), which passes over fields that it does not know.
 * Everything else needs a new version of the service's events. A wider or narrower enumeration is refused alike: one of
 * the two readers would meet a value that it does not know.
 *
 * @param before the schema as it was promised
 * @param after the schema as the code has it
 */
export function incompatibilities(before: JsonSchema, after: JsonSchema, place = '/'): string[] {
  const findings: string[] = [];
  for (const keyword of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (structure.has(keyword) || same(before[keyword], after[keyword])) continue;
    findings.push(`${place}: ${keyword} was ${tell(before[keyword])} and is ${tell(after[keyword])}`);
  }
  return [
    ...findings,
    ...fields(before, after, place),
    ...items(before, after, place),
    ...alternatives(before, after, place),
  ];
}

function fields(before: JsonSchema, after: JsonSchema, place: string): string[] {
  const old = propertiesOf(before);
  const now = propertiesOf(after);
  const findings: string[] = [];
  for (const [name, schema] of Object.entries(old)) {
    const at = `${place === '/' ? '' : place}/${name}`;
    const current = now[name];
    if (!current) {
      findings.push(`${at}: the field is gone; readers may need it`);
      continue;
    }
    if (isRequired(before, name) && !isRequired(after, name)) findings.push(`${at}: was required and is optional`);
    if (!isRequired(before, name) && isRequired(after, name)) findings.push(`${at}: was optional and is required`);
    findings.push(...incompatibilities(schema, current, at));
  }
  for (const name of Object.keys(now)) {
    if (name in old || !isRequired(after, name)) continue;
    findings.push(`${place === '/' ? '' : place}/${name}: a new field must be optional`);
  }
  return findings;
}

function items(before: JsonSchema, after: JsonSchema, place: string): string[] {
  if (!isSchema(before['items']) || !isSchema(after['items'])) {
    return same(before['items'], after['items']) ? [] : [`${place}: what the list holds changed its form`];
  }
  return incompatibilities(before['items'], after['items'], `${place}/*`);
}

function alternatives(before: JsonSchema, after: JsonSchema, place: string): string[] {
  const old = (before['anyOf'] ?? []) as JsonSchema[];
  const now = (after['anyOf'] ?? []) as JsonSchema[];
  if (old.length !== now.length) return [`${place}: had ${old.length} alternatives and has ${now.length}`];
  return old.flatMap((schema, index) => incompatibilities(schema, now[index]!, `${place} (alternative ${index + 1})`));
}

function propertiesOf(schema: JsonSchema): Record<string, JsonSchema> {
  return (schema['properties'] ?? {}) as Record<string, JsonSchema>;
}

function isRequired(schema: JsonSchema, name: string): boolean {
  return ((schema['required'] ?? []) as string[]).includes(name);
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function tell(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
