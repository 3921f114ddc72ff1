import { Injectable, Optional, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { DomainError, isUuid } from '@convenant/kernel';
import { Opening } from '@convenant/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, map, of, switchMap, type Observable } from 'rxjs';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { KeyedReferences } from '../auth/keyed-references.js';
import { faultsOf } from './input-check.js';
import { AnswerMismatch } from './answer-mismatch.js';
import type { CommandInformation } from './request-context.js';
import { writeResource, type Resource } from './resource.js';
import type { CommandAnswer } from './route.decorators.js';
import { ROUTE, type RouteDeclaration } from './route-declaration.js';

/** Checks what comes in, prepares commands, and checks what goes out: an answer never has a field that is not declared. */
@Injectable()
export class RouteInterceptor implements NestInterceptor {
  private readonly answers = new WeakMap<TSchema, Validator>();

  constructor(
    private readonly references: KeyedReferences,
    /** Absent where nothing is sent: such a service is never closed. */
    @Optional() private readonly opening?: Opening,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const declaration = Reflect.getMetadata(ROUTE, context.getHandler()) as RouteDeclaration | undefined;
    if (context.getType() !== 'http' || !declaration) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();

    request.params = declaration.params.check(request.params ?? {});
    request.query = declaration.query?.check(request.query ?? {});
    const key = declaration.kind === 'command' ? idempotencyKey(request) : undefined;
    request.body = checkedBody(declaration, request.body);
    if (key) request.command = this.commandInformation(request, key);

    // Fastify gives each GET a HEAD, which would follow a stream for nobody.
    if (declaration.kind === 'stream' && request.method === 'HEAD') return of('');
    const handled = declaration.evenClosed ? next.handle() : this.whileOpen(next);
    return handled.pipe(
      map((answer) => {
        if (declaration.kind === 'stream') return answer;
        if (declaration.kind === 'resource') return writeResource(request, reply, answer as Resource);
        if (declaration.kind !== 'command') return this.checkedAnswer(declaration, answer);
        const { status, body, repeated } = answer as CommandAnswer<unknown>;
        void reply.status(status);
        if (repeated) void reply.header('idempotency-replayed', 'true');
        return this.checkedAnswer(declaration, body);
      }),
    );
  }

  /**
   * A restored database has values again that were erased since: until it was compared with its topic nothing is shown from it,
   * not even what a command reads before its transaction, which asks again.
   */
  private whileOpen(next: CallHandler): Observable<unknown> {
    if (!this.opening) return next.handle();
    return from(this.opening.assertOpen()).pipe(switchMap(() => next.handle()));
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
