import { applyDecorators, Catch, UseFilters, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import type { CommandContext } from '../command-context.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import type { ReceivedEvent } from '../wire/received-event.js';

/** Where Nest keeps what a transport may want to know of a handler beside its pattern. */
const PATTERN_EXTRAS = 'microservices:pattern_extras';

/** What a handler gets beside the event. */
export interface HandlerContext {
  /** The transaction of the batch: effects, position and offsets commit together. */
  tx: WriteTransaction;
  /** For appends: caused by the event, same correlation, same actor. */
  command: CommandContext;
}

export interface ReactionOptions {
  /** Names the effect; with the event's id it is unique for ever. Do not rename. */
  reaction: string;
  /** Own aggregates it may append to, read off the event alone: they are locked before anything is read. */
  aggregates: (event: ReceivedEvent) => string[];
}

/** How the strategy treats a handler. */
export type HandlerKind = { kind: 'project' } | { kind: 'project-batch' } | ({ kind: 'react' } & ReactionOptions);

/**
 * Hands the handler's own error on. Nest's default filter replaces it by `{status: 'error'}`, and then nobody could tell a
 * permanent failure from a passing one.
 */
@Catch()
class HandOnErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * The handler writes replicas only, from the event and what it wrote before: a replay runs it again over everything.
 * Stands beside `@EventPattern<string>('consent.withdrawn')`; `'*'` gets every event of the subscribed services.
 */
export function Projects(): MethodDecorator {
  return handlerOf({ kind: 'project' });
}

/**
 * Like `@Projects()`, for replicas that grow fast: the handler gets an array of consecutive events of its pattern, in the order of
 * their partition, at least one, and `tx` alone beside them. Write them by one statement with `unnest`: a statement for each
 * event costs more than all the rest. An aggregate may occur several times in it, so the statement must let the last win.
 *
 * All come from one poll and commit together. An event that other handlers get too comes alone, so that those see the replica as
 * it was at their event. When the array is refused for good (see `PermanentFailure`), its events come again one by one.
 */
export function ProjectsBatch(): MethodDecorator {
  return handlerOf({ kind: 'project-batch' });
}

/**
 * The handler appends events or causes an effect. It runs once per event for ever, also over a replay, after the projections
 * of the same event.
 */
export function Reacts(options: ReactionOptions): MethodDecorator {
  return handlerOf({ kind: 'react', ...options });
}

function handlerOf(inbox: HandlerKind): MethodDecorator {
  return applyDecorators((_target: object, _name: string | symbol, descriptor: PropertyDescriptor) => {
    const method = descriptor.value as object;
    const extras = Reflect.getMetadata(PATTERN_EXTRAS, method) as object | undefined;
    Reflect.defineMetadata(PATTERN_EXTRAS, { ...extras, inbox }, method);
  }, UseFilters(new HandOnErrors()));
}
