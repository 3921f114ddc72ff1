import {
  ApiBearerAuth,
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  type ApiBodyOptions,
} from '@nestjs/swagger';
import type { ProblemCode } from '@convenant/kernel';
import type { TObject, TSchema } from 'typebox';
import type { RouteDeclaration } from '../http/route-declaration.js';
import { exampleOf } from './example-of.js';
import { problemResponses } from './problem-responses.js';
import { toOpenApi30 } from './to-openapi30.js';

/** The OpenAPI of a route, from what it declares and from nothing else. */
export function describeRoute(route: RouteDeclaration): MethodDecorator[] {
  const decorators: MethodDecorator[] = [
    ApiOperation({ summary: route.summary, description: needsText(route) }),
    ApiResponse({ status: route.kind === 'command' ? 201 : 200, description: 'Decided', ...content(route) }),
    ...Object.entries(problemResponses(codesOf(route))).map(([status, response]) =>
      ApiResponse({ status: Number(status), ...response } as never),
    ),
    ApiHeader({ name: 'traceparent', required: false, description: 'W3C trace context', schema: { type: 'string' } }),
  ];
  if (!('public' in route.needs)) decorators.push(ApiBearerAuth());
  if (route.kind === 'command') {
    decorators.push(
      ApiHeader({
        name: 'Idempotency-Key',
        required: true,
        description: 'A UUID that the caller makes once per command; the same again gives the same answer',
        schema: { type: 'string', format: 'uuid' },
      }),
    );
  }
  if (route.kind === 'stream') {
    decorators.push(
      ApiHeader({
        name: 'Last-Event-ID',
        required: false,
        description: 'The last `id` that arrived: goes on behind it; counts more than a place in the query string',
        schema: { type: 'string' },
      }),
    );
  }
  if (route.body) decorators.push(ApiBody(bodyOf(route.body.schema)));
  for (const [name, schema] of properties(route.params.schema)) {
    decorators.push(ApiParam({ name, schema: toOpenApi30(schema) } as never));
  }
  if (route.query) {
    const required = (route.query.schema as unknown as { required?: string[] }).required ?? [];
    for (const [name, schema] of properties(route.query.schema)) {
      decorators.push(ApiQuery({ name, required: required.includes(name), schema: toOpenApi30(schema) } as never));
    }
  }
  return decorators;
}

function content({ kind, answer, mediaTypes }: RouteDeclaration): { content: Record<string, object> } {
  if (kind === 'resource') {
    return { content: Object.fromEntries(mediaTypes!.map((type) => [type, { schema: toOpenApi30(answer) }])) };
  }
  if (kind === 'stream') return { content: { 'text/event-stream': { schema: toOpenApi30(answer) } } };
  const example = exampleOf(answer);
  return {
    content: {
      'application/json': { schema: toOpenApi30(answer), ...(example === undefined ? {} : { example }) },
    },
  };
}

function bodyOf(schema: TSchema): ApiBodyOptions {
  const example = exampleOf(schema);
  return {
    required: true,
    schema: toOpenApi30(schema),
    ...(example === undefined ? {} : { examples: { example: { value: example } } }),
  };
}

function properties(schema: TSchema): [string, TSchema][] {
  return Object.entries((schema as TObject).properties ?? {}) as [string, TSchema][];
}

function needsText(route: RouteDeclaration): string {
  return 'public' in route.needs ? 'Public.' : `Needs one of the roles: ${route.needs.roles.join(', ')}.`;
}

function codesOf(route: RouteDeclaration): ProblemCode[] {
  const codes: ProblemCode[] = ['INPUT_INVALID', 'NOT_FOUND', 'INTERNAL', 'UNAVAILABLE'];
  if (!('public' in route.needs)) codes.push('UNAUTHENTICATED', 'FORBIDDEN');
  if (route.body) codes.push('BODY_MALFORMED', 'BODY_TOO_LARGE');
  if (route.kind === 'command') {
    codes.push('IDEMPOTENCY_KEY_MISSING', 'IDEMPOTENCY_KEY_REUSED', 'COMMAND_IN_PROGRESS', 'CONFLICT', 'ANSWER_ERASED');
  }
  return codes;
}
