import { problemCodes, type ProblemCode } from '@convenant/kernel';
import { statusOf } from '../http/status-table.js';

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'href', 'retryable'],
  properties: {
    type: { type: 'string', format: 'uri', example: 'urn:problem-type:convenant:inputInvalid' },
    href: { type: 'string', description: 'Page that explains the code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What, which and why; never personal data' },
    instance: { type: 'string', description: 'urn:uuid of the request' },
    code: { type: 'string', enum: Object.keys(problemCodes) },
    retryable: { type: 'boolean', description: 'The same call may succeed later without being changed' },
    clause: { type: 'string', description: 'Clause of the protocol' },
    issues: {
      type: 'array',
      items: {
        type: 'object',
        required: ['in', 'name', 'detail'],
        properties: {
          in: { type: 'string', enum: ['body', 'query', 'path', 'header'] },
          name: { type: 'string', description: 'JSON Pointer or name of the parameter' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

/** Name of the shared schema in `components`. */
export const problemComponent = { Problem: problemSchema };

/** Responses of a route that can end in these codes, one per status. */
export function problemResponses(codes: readonly ProblemCode[]): Record<string, object> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(statusOf[code], [...(byStatus.get(statusOf[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, found]) => [
      String(status),
      {
        description: found.map((code) => `${code}: ${problemCodes[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
