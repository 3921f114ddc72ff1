import {
  applyDecorators,
  createParamDecorator,
  Get,
  HttpCode,
  Post,
  type ExecutionContext,
  type StreamableFile,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { DomainError } from '@convenant/kernel';
import type { FastifyRequest } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import type { CallerIdentity, Needs } from '../auth/roles.js';
import { describeRoute } from '../openapi/describe-route.js';
import { InputCheck } from './input-check.js';
import type { CommandInformation } from './request-context.js';
import type { Resource } from './resource.js';
import { BODY_LIMIT, DECLARED, ROUTE, type RouteDeclaration } from './route-declaration.js';

/** What a command answers: the result of `CommandRunner.run`. */
export interface CommandAnswer<Body> {
  status: number;
  body: Body;
  repeated?: boolean;
}

interface RouteOptions<Answer extends TSchema> {
  /** Below the controller's path; parameters as `:id`. */
  path: string;
  needs: Needs;
  answer: Answer;
  summary: string;
  /** Path parameters; without it every parameter is a UUID in lower case. */
  params?: TSchema;
  /**
   * The route is not closed with the service; only for what shows nothing that a restored database may have kept, and for a
   * command that reads nothing before its transaction, which refuses by itself.
   */
  evenClosed?: boolean;
}

/** Compiles only on a method that answers what it declares. */
type AnswersWith<Answer> = <Method extends (...parameters: never[]) => Promise<Answer>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * POST that changes something: needs an `Idempotency-Key`, answers what `CommandRunner.run` gave, 201 when first decided.
 */
export function Command<Answer extends TSchema>(
  options: RouteOptions<Answer> & { body?: TSchema; bodyLimit?: number },
): AnswersWith<CommandAnswer<Static<Answer>>> {
  return route('command', options, Post(options.path), options) as AnswersWith<CommandAnswer<Static<Answer>>>;
}

/** GET; answers 200. The query string never carries an identifier of a person. */
export function Query<Answer extends TSchema>(
  options: RouteOptions<Answer> & { query?: TSchema },
): AnswersWith<Static<Answer>> {
  return route('query', options, Get(options.path), { query: options.query ?? noFields }) as AnswersWith<
    Static<Answer>
  >;
}

/** POST that changes nothing and needs no `Idempotency-Key`: a question whose input must not stand in a URL; answers 200. */
export function Lookup<Answer extends TSchema>(
  options: RouteOptions<Answer> & { body: TSchema },
): AnswersWith<Static<Answer>> {
  return route('lookup', options, Post(options.path), { body: options.body }) as AnswersWith<Static<Answer>>;
}

/**
 * GET that goes on (`text/event-stream`): the handler answers a `StreamableFile` whose events are what `answer` says. They
 * are not checked one by one; a fault before the first byte is a problem+json like any other.
 */
export function Stream(options: RouteOptions<TSchema> & { query?: TSchema }): AnswersWith<StreamableFile> {
  return route('stream', options, Get(options.path), {
    query: options.query ?? noFields,
  }) as AnswersWith<StreamableFile>;
}

/**
 * GET whose answer is bytes: a page or a document. The handler answers a `Resource`; a fault is a problem+json like any other.
 */
export function Download(
  options: Omit<RouteOptions<TSchema>, 'answer'> & { query?: TSchema; mediaTypes: readonly string[] },
): AnswersWith<Resource> {
  const { mediaTypes } = options;
  return route('resource', { ...options, answer: Type.String({ format: 'binary' }) }, Get(options.path), {
    query: options.query ?? noFields,
    mediaTypes,
  }) as AnswersWith<Resource>;
}

const noFields = Type.Object({}, { additionalProperties: false });

function route(
  kind: RouteDeclaration['kind'],
  options: RouteOptions<TSchema>,
  method: MethodDecorator,
  input: { body?: TSchema; query?: TSchema; bodyLimit?: number; mediaTypes?: readonly string[] },
): MethodDecorator {
  const declaration: RouteDeclaration = {
    kind,
    path: options.path,
    needs: options.needs,
    summary: options.summary,
    answer: options.answer,
    evenClosed: options.evenClosed ?? false,
    params: new InputCheck(options.params ?? uuidParameters(options.path), 'path'),
    ...(input.body ? { body: new InputCheck(input.body, 'body') } : {}),
    query: new InputCheck(input.query ?? noFields, 'query'),
    ...(input.mediaTypes ? { mediaTypes: input.mediaTypes } : {}),
  };
  return applyDecorators(
    method,
    HttpCode(kind === 'command' ? 201 : 200),
    RouteConfig({
      [DECLARED]: true,
      [ROUTE]: declaration,
      ...(input.bodyLimit ? { [BODY_LIMIT]: input.bodyLimit } : {}),
    }),
    ...describeRoute(declaration),
  );
}

/** Lower case only: an id is also the name of a lock, and one aggregate must not have two. */
function uuidParameters(path: string): TSchema {
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
  const uuid = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', description: 'UUID' });
  return Type.Object(Object.fromEntries(names.map((name) => [name, uuid])), { additionalProperties: false });
}

/** The verified caller. On a public route there is none, and asking for it is a mistake in the program. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerIdentity => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new DomainError('INTERNAL', 'A public route has no caller');
  return caller;
});

/** Key, fingerprint and context of a command, for `CommandRunner.run`. */
export const CommandInfo = createParamDecorator((_: unknown, context: ExecutionContext): CommandInformation => {
  const { command } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!command) throw new DomainError('INTERNAL', 'Only a command has command information');
  return command;
});

/** The checked query string; Nest's own `@Query()` has the name of the route decorator here. */
export const QueryParams = createParamDecorator(
  (_: unknown, context: ExecutionContext): unknown => context.switchToHttp().getRequest<FastifyRequest>().query,
);
