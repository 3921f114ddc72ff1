import type { TSchema } from 'typebox';

type Node = Record<string, unknown>;

const byFormat: Record<string, string> = {
  uuid: '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e11',
  'date-time': '2026-03-02T09:30:00Z',
  date: '2026-03-02',
  uri: 'https://idp.example/keys',
  email: 'mailbox@agency.example',
};

/** An invented value that fits the shape, where that is cheap to make; `undefined` where a pattern makes it a guess. */
export function exampleOf(schema: TSchema): unknown {
  return example(schema as unknown as Node);
}

function example(node: Node): unknown {
  if (Array.isArray(node.examples) && node.examples.length > 0) return node.examples[0];
  if (node.const !== undefined) return node.const;
  if (Array.isArray(node.enum)) return node.enum[0];
  if (node.default !== undefined) return node.default;
  const union = (node.anyOf ?? node.oneOf) as Node[] | undefined;
  if (union) return example(union[0]!);
  switch (node.type) {
    case 'string':
      return stringExample(node);
    case 'integer':
    case 'number':
      return Number(node.minimum ?? 1);
    case 'boolean':
      return true;
    case 'array':
      return arrayExample(node);
    case 'object':
      return objectExample(node);
    default:
      return undefined;
  }
}

function stringExample(node: Node): string | undefined {
  if (typeof node.format === 'string') return byFormat[node.format];
  if (typeof node.pattern !== 'string') return 'text'.padEnd(Number(node.minLength ?? 0), '.');
  const pattern = new RegExp(node.pattern, 'u');
  return ['a'.repeat(64), 'example', 'EXAMPLE'].find((candidate) => pattern.test(candidate));
}

function arrayExample(node: Node): unknown {
  if (Array.isArray(node.items) || node.items === undefined) return undefined;
  const item = example(node.items as Node);
  return item === undefined ? undefined : [item];
}

/** Required members only; one that has no example makes the whole have none. */
function objectExample(node: Node): Node | undefined {
  const result: Node = {};
  for (const name of (node.required ?? []) as string[]) {
    const value = example((node.properties as Record<string, Node> | undefined)?.[name] ?? {});
    if (value === undefined) return undefined;
    result[name] = value;
  }
  return result;
}
