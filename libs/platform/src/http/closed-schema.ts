import type { TSchema } from 'typebox';

type Node = Record<string, unknown>;

/**
 * Finds object schemas that would let unknown fields pass, as JSON Pointers into the schema; a request schema must have
 * none, so that an unknown field is always an error and never dropped or kept.
 */
export function openObjects(schema: TSchema, pointer = ''): string[] {
  const node = schema as unknown as Node;
  const found: string[] = [];
  const isObject = node.type === 'object' && node.properties !== undefined;
  if (isObject && node.additionalProperties !== false && node.unevaluatedProperties !== false)
    found.push(pointer || '/');
  for (const [name, child] of children(node)) found.push(...openObjects(child, `${pointer}/${name}`));
  return found;
}

function children(node: Node): [string, TSchema][] {
  const list: [string, TSchema][] = [];
  const add = (name: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null) list.push([name, value as TSchema]);
  };
  for (const keyword of ['properties', 'patternProperties', '$defs'] as const) {
    for (const [name, child] of Object.entries((node[keyword] ?? {}) as Node)) add(`${keyword}/${name}`, child);
  }
  for (const keyword of ['anyOf', 'oneOf', 'items'] as const) {
    const value = node[keyword];
    if (Array.isArray(value)) value.forEach((child, index) => add(`${keyword}/${index}`, child));
    else if (value !== undefined) add(keyword, value);
  }
  if (typeof node.additionalProperties === 'object') add('additionalProperties', node.additionalProperties);
  return list;
}
