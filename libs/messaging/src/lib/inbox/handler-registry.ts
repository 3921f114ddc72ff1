import { catalogue, type FactService } from '@convenant/contracts';
import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { ReceivedEvent } from '../wire/received-event.js';
import type { HandlerContext, HandlerKind, ReactionOptions } from './handler-decorators.js';

type Handler = (event: ReceivedEvent, context: HandlerContext) => Promise<void>;

/** A projection of consecutive events at once. */
export type BatchProjection = (events: readonly ReceivedEvent[], context: Pick<HandlerContext, 'tx'>) => Promise<void>;

/** What happens at an event: its projections, those in batches apart, and its reactions. */
export interface HandlersOf {
  projections: readonly Handler[];
  batched: readonly BatchProjection[];
  reactions: readonly Reaction[];
}

export interface Reaction extends ReactionOptions {
  handle: Handler;
}

const EVERY_EVENT = '*';

/** The handlers of this service by event name, projections apart from reactions, each kind in order of registration. */
export class HandlerRegistry {
  private readonly projections = new Map<string, Handler[]>();
  private readonly batched = new Map<string, BatchProjection[]>();
  private readonly reactions = new Map<string, Reaction[]>();
  private readonly known = new Map<string, HandlersOf>();

  /** @throws Error for a handler without `@Projects()` or `@Reacts(…)`, and for a reaction named twice */
  add(pattern: string, handler: MessageHandler, extras: Record<string, unknown> | undefined): void {
    const kind = extras?.['inbox'] as HandlerKind | undefined;
    if (!kind) throw new Error(`The handler of ${pattern} says neither @Projects(), @ProjectsBatch() nor @Reacts(…)`);
    this.known.clear();
    if (kind.kind === 'project')
      return append(this.projections, pattern, awaited<ReceivedEvent, HandlerContext>(handler));
    if (kind.kind === 'project-batch')
      return append(
        this.batched,
        pattern,
        awaited<Parameters<BatchProjection>[0], Parameters<BatchProjection>[1]>(handler),
      );
    if ([...this.reactions.values()].flat().some((other) => other.reaction === kind.reaction)) {
      throw new Error(`The reaction ${kind.reaction} is declared twice`);
    }
    const { reaction, aggregates } = kind;
    append(this.reactions, pattern, { reaction, aggregates, handle: awaited<ReceivedEvent, HandlerContext>(handler) });
  }

  /** Refuses patterns that no event of the subscribed services can match: a handler that would never run. */
  assertReachable(subscribes: readonly FactService[]): void {
    const names = new Set(
      [...catalogue.values()].filter((each) => subscribes.includes(each.service)).map((each) => each.name),
    );
    for (const pattern of [this.projections, this.batched, this.reactions].flatMap((each) => [...each.keys()])) {
      if (pattern !== EVERY_EVENT && !names.has(pattern)) {
        throw new Error(`No event ${pattern} comes from the subscribed services (${subscribes.join(', ') || 'none'})`);
      }
    }
  }

  /** The same object for the same name, and the same arrays of batch projections for names that share them. */
  of(name: string): HandlersOf {
    let handlers = this.known.get(name);
    if (!handlers) {
      handlers = {
        projections: this.both(this.projections, name),
        batched: this.both(this.batched, name),
        reactions: this.both(this.reactions, name),
      };
      this.known.set(name, handlers);
    }
    return handlers;
  }

  /** A pattern of its own before the one for everything. */
  private both<T>(map: ReadonlyMap<string, T[]>, name: string): readonly T[] {
    const [own, every] = [map.get(name), map.get(EVERY_EVENT)];
    return own && every ? [...own, ...every] : (own ?? every ?? NONE);
  }
}

const NONE: readonly never[] = [];

function append<T>(map: Map<string, T[]>, pattern: string, handler: T): void {
  map.set(pattern, [...(map.get(pattern) ?? []), handler]);
}

/** Nest gives back an Observable when an interceptor or an error was met; only its end tells that the handler is done. */
function awaited<P, C>(handler: MessageHandler): (payload: P, context: C) => Promise<void> {
  return async (payload, context) => {
    const result: unknown = await handler(payload, context);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  };
}
