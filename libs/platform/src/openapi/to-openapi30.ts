import type { TSchema } from 'typebox';

type Node = Record<string, unknown>;

const copied = [
  'type', 'format', 'pattern', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties',
  'maxProperties', 'multipleOf', 'title', 'description', 'default', 'readOnly', 'writeOnly', 'deprecated', 'required',
] as const; // prettier-ignore

/**
 * A TypeBox schema (JSON Schema 2020-12) as a schema object of OpenAPI 3.0, which is an older dialect: no `const`, no type
 * `null`, no lists of types, no tuples, no `patternProperties`, exclusive bounds as booleans, `example` for `examples`.
 *
 * What 3.0 cannot say is widened, never narrowed: the document accepts all that the service accepts.
 */
export function toOpenApi30(schema: TSchema): Node {
  return convert(schema as unknown as Node);
}

function convert(node: Node): Node {
  const union = (node.anyOf ?? node.oneOf) as Node[] | undefined;
  if (union) return { ...annotations(node), ...convertUnion(union) };
  if (Array.isArray(node.type)) {
    return {
      ...annotations(node),
      ...convertUnion(node.type.map((type) => ({ ...node, type, description: undefined }))),
    };
  }

  const result: Node = {};
  for (const keyword of copied) if (node[keyword] !== undefined) result[keyword] = node[keyword];
  if (node.type === 'null') return { ...annotations(node), nullable: true, enum: [null] };
  if (node.const !== undefined) result.enum = [node.const];
  if (node.enum !== undefined) result.enum = node.enum;
  if (Array.isArray(node.examples) && node.examples.length > 0) result.example = node.examples[0];
  if (Array.isArray(result.required) && result.required.length === 0) delete result.required;
  bounds(node, result);
  if (Array.isArray(node.allOf)) result.allOf = (node.allOf as Node[]).map(convert);
  if (node.properties) {
    result.properties = Object.fromEntries(
      Object.entries(node.properties as Node).map(([name, child]) => [name, convert(child as Node)]),
    );
  }
  additional(node, result);
  items(node, result);
  return result;
}

function annotations(node: Node): Node {
  return {
    ...(node.title === undefined ? {} : { title: node.title }),
    ...(node.description === undefined ? {} : { description: node.description }),
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(Array.isArray(node.examples) && node.examples.length > 0 ? { example: node.examples[0] } : {}),
  };
}

function convertUnion(branches: Node[]): Node {
  const nullable = branches.some((branch) => branch.type === 'null' || branch.const === null);
  const rest = branches.filter((branch) => branch.type !== 'null' && branch.const !== null);
  const mark = nullable ? { nullable: true } : {};
  const types = new Set(rest.map((branch) => branch.type));
  if (rest.length > 0 && types.size === 1 && rest.every((branch) => branch.const !== undefined)) {
    return { type: rest[0]!.type, enum: [...rest.map((branch) => branch.const), ...(nullable ? [null] : [])], ...mark };
  }
  if (rest.length === 0) return { nullable: true, enum: [null] };
  if (rest.length === 1) return { ...convert(rest[0]!), ...mark };
  return { anyOf: rest.map(convert), ...mark };
}

function bounds(node: Node, result: Node): void {
  for (const side of ['minimum', 'maximum'] as const) {
    const exclusive = node[side === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum'];
    if (typeof exclusive === 'number') {
      result[side] = exclusive;
      result[side === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum'] = true;
    } else if (node[side] !== undefined) result[side] = node[side];
  }
}

function additional(node: Node, result: Node): void {
  const patterns = Object.values((node.patternProperties ?? {}) as Record<string, Node>);
  if (patterns.length === 1) result.additionalProperties = convert(patterns[0]!);
  else if (patterns.length > 1) result.additionalProperties = { anyOf: patterns.map(convert) };
  else if (typeof node.additionalProperties === 'boolean') result.additionalProperties = node.additionalProperties;
  else if (typeof node.additionalProperties === 'object') {
    result.additionalProperties = convert(node.additionalProperties as Node);
  }
}

function items(node: Node, result: Node): void {
  const tuple = Array.isArray(node.items) ? node.items : node.prefixItems;
  if (Array.isArray(tuple)) {
    result.items = tuple.length === 0 ? {} : convertUnion(tuple as Node[]);
    result.minItems = node.minItems ?? tuple.length;
    result.maxItems = node.maxItems ?? tuple.length;
  } else if (node.items !== undefined) result.items = convert(node.items as Node);
  else if (node.type === 'array') result.items = {};
}
