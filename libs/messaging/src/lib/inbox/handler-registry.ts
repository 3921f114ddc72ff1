import { catalogue, type FactService } from '@convenant/contracts';
import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { ReceivedEvent } from '../wire/received-event.js';
import type { HandlerContext, HandlerKind, ReactionOptions } from './handler-decorators.js';

type Handler = (event: ReceivedEvent, context: HandlerContext) => Promise<void>;

export interface Reaction extends ReactionOptions {
  handle: Handler;
}

const EVERY_EVENT = '*';

/** The handlers of this service by event name, projections apart from reactions, each kind in order of registration. */
export class HandlerRegistry {
  private readonly projections = new Map<string, Handler[]>();
  private readonly reactions = new Map<string, Reaction[]>();

  /** @throws Error for a handler without `@Projects()` or `@Reacts(…)`, and for a reaction named twice */
  add(pattern: string, handler: MessageHandler, extras: Record<string, unknown> | undefined): void {
    const kind = extras?.['inbox'] as HandlerKind | undefined;
    if (!kind) throw new Error(`The handler of ${pattern} says neither @Projects() nor @Reacts(…)`);
    const handle = awaited(handler);
    if (kind.kind === 'project') {
      this.projections.set(pattern, [...(this.projections.get(pattern) ?? []), handle]);
      return;
    }
    if ([...this.reactions.values()].flat().some((other) => other.reaction === kind.reaction)) {
      throw new Error(`The reaction ${kind.reaction} is declared twice`);
    }
    const { reaction, aggregates } = kind;
    this.reactions.set(pattern, [...(this.reactions.get(pattern) ?? []), { reaction, aggregates, handle }]);
  }

  /** Refuses patterns that no event of the subscribed services can match: a handler that would never run. */
  assertReachable(subscribes: readonly FactService[]): void {
    const names = new Set(
      [...catalogue.values()].filter((each) => subscribes.includes(each.service)).map((each) => each.name),
    );
    for (const pattern of [...this.projections.keys(), ...this.reactions.keys()]) {
      if (pattern !== EVERY_EVENT && !names.has(pattern)) {
        throw new Error(`No event ${pattern} comes from the subscribed services (${subscribes.join(', ') || 'none'})`);
      }
    }
  }

  projectionsOf(name: string): readonly Handler[] {
    return [...(this.projections.get(name) ?? []), ...(this.projections.get(EVERY_EVENT) ?? [])];
  }

  reactionsTo(name: string): readonly Reaction[] {
    return [...(this.reactions.get(name) ?? []), ...(this.reactions.get(EVERY_EVENT) ?? [])];
  }
}

/** Nest gives back an Observable when an interceptor or an error was met; only its end tells that the handler is done. */
function awaited(handler: MessageHandler): Handler {
  return async (event, context) => {
    const result: unknown = await handler(event, context);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  };
}
