import { Injectable, Optional } from '@nestjs/common';
import { DomainError, isUuid } from '@convenant/kernel';
import { Opening } from '@convenant/messaging';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { KeyedReferences } from '../auth/keyed-references.js';
import type { CallerIdentity, Role } from '../auth/roles.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { AnswerMismatch } from './answer-mismatch.js';
import { faultsOf } from './input-check.js';
import type { CommandInformation } from './request-context.js';
import { writeResource, type Resource } from './resource.js';
import type { CommandAnswer } from './route.decorators.js';
import { ROUTE, type RouteDeclaration } from './route-declaration.js';

/**
 * What every declared route does around its handler: lets through only a caller with a role that it needs, checks what comes
 * in, prepares commands, asks whether the service is open, and checks what goes out: an answer never has a field that is not
 * declared. A route below the prefix that declares nothing is refused to everybody.
 *
 * As hooks of Fastify, not as a guard and an interceptor of Nest: those cost a tenth of a disclosure (a context and a chain of
 * observables for each request).
 */
@Injectable()
export class RouteHooks {
  private readonly answers = new WeakMap<TSchema, Validator>();

  constructor(
    private readonly tokens: TokenVerifier,
    private readonly references: KeyedReferences,
    /** Absent where nothing is sent: such a service is never closed. */
    @Optional() private readonly opening?: Opening,
  ) {}

  /** Takes hold of every route added from now on. @param prefix path of the controllers, `/transfer/v1` */
  addTo(server: FastifyInstance, prefix: string): void {
    server.addHook('onRoute', (route: RouteOptions) => {
      const declaration = (route.config as { [ROUTE]?: RouteDeclaration } | undefined)?.[ROUTE];
      if (declaration) {
        route.preHandler = (request, reply) => this.before(declaration, request, reply);
        route.preSerialization = async (request, reply, answer) => this.after(declaration, request, reply, answer);
      } else if (route.url.startsWith(`${prefix}/`)) {
        route.preHandler = async () => {
          throw new DomainError('FORBIDDEN', 'This route does not say who may use it');
        };
      }
    });
  }

  private async before(declaration: RouteDeclaration, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { kind, needs } = declaration;
    if (!('public' in needs)) request.caller = await this.callerWithOneOf(needs.roles, request);
    const params = (request.params ?? {}) as Record<string, string>;
    if (Object.values(params).includes('')) return reply.callNotFound();
    request.params = declaration.params.check(params);
    request.query = declaration.query?.check(request.query ?? {});
    const key = kind === 'command' ? idempotencyKey(request) : undefined;
    request.body = checkedBody(declaration, request.body);
    if (key) request.command = this.commandInformation(request, key);
    // Fastify gives each GET a HEAD, which would follow a stream for nobody.
    if (kind === 'stream' && request.method === 'HEAD') return reply.send('');
    // A restored database has values again that were erased since: until it was compared with its topic nothing is shown from
    // it, not even what a command reads before its transaction, which asks again.
    if (!declaration.evenClosed) await this.opening?.assertOpen();
    return undefined;
  }

  private async callerWithOneOf(roles: readonly Role[], request: FastifyRequest): Promise<CallerIdentity> {
    const caller = await this.tokens.verify(request.headers.authorization);
    if (roles.some((role) => caller.roles.includes(role))) return caller;
    throw new DomainError('FORBIDDEN', `This needs one of the roles ${roles.join(', ')}`);
  }

  /** The body of an answer; called for every answer that is an object. What streams and what is a problem passes by. */
  private after(declaration: RouteDeclaration, request: FastifyRequest, reply: FastifyReply, answer: unknown): unknown {
    if (declaration.kind === 'resource') {
      // Fastify sends bytes as they are; only its types want a string.
      void reply.serializer((bytes) => bytes as string);
      return writeResource(request, reply, answer as Resource);
    }
    if (declaration.kind !== 'command') return this.checkedAnswer(declaration, answer);
    const { status, body, repeated } = answer as CommandAnswer<unknown>;
    void reply.status(status);
    if (repeated) void reply.header('idempotency-replayed', 'true');
    return this.checkedAnswer(declaration, body);
  }

  private commandInformation(request: FastifyRequest, key: string): CommandInformation {
    const correlation = request.headers['x-correlation-id'];
    const { caller, traceparent } = request;
    return {
      key,
      fingerprint: this.references.fingerprint({
        method: request.method,
        route: request.routeOptions.url ?? '',
        params: request.params,
        body: request.body,
      }),
      context: {
        correlationId: isUuid(correlation) ? correlation : request.id,
        causationId: request.id,
        ...(traceparent ? { traceparent } : {}),
        ...(caller?.party ? { actorParty: caller.party } : {}),
        ...(caller ? { actorRef: caller.userRef } : {}),
      },
    };
  }

  private checkedAnswer(declaration: RouteDeclaration, answer: unknown): unknown {
    let validator = this.answers.get(declaration.answer);
    if (!validator) this.answers.set(declaration.answer, (validator = Compile(declaration.answer)));
    if (validator.Check(answer)) return answer;
    const faults = faultsOf(validator, answer, 'body').map((fault) => `${fault.name} ${fault.detail}`);
    throw new AnswerMismatch(`The answer is not what the route declares: ${faults.join('; ')}`);
  }
}

function idempotencyKey(request: FastifyRequest): string {
  const header = request.headers['idempotency-key'];
  if (header === undefined || header === '') {
    throw new DomainError('IDEMPOTENCY_KEY_MISSING', 'A command needs the header Idempotency-Key with a UUID');
  }
  const key = String(header).toLowerCase();
  if (!isUuid(key)) {
    throw new DomainError('INPUT_INVALID', 'The header Idempotency-Key is not a UUID', {
      faults: [{ in: 'header', name: 'Idempotency-Key', detail: 'must be a UUID' }],
    });
  }
  return key;
}

/** A route without a body schema takes no body; an empty object is as good as none. */
function checkedBody(declaration: RouteDeclaration, body: unknown): unknown {
  if (declaration.body) return declaration.body.check(body);
  if (body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0))
    return undefined;
  throw new DomainError('INPUT_INVALID', 'This route takes no body', {
    faults: [{ in: 'body', name: '', detail: 'must be absent or an empty object' }],
  });
}
