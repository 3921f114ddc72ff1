import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import { InboxVersions, Outbox } from '@convenant/messaging';

/** Real time: long enough for a fact on its way, short enough for a caller who waits. */
const PATIENCE_MS = 3_000;

/** Waits until facts that a caller has just seen elsewhere have arrived here too. */
@Injectable()
export class SeenFacts {
  constructor(
    @Inject(InboxVersions) private readonly inbox: InboxVersions,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** @throws DomainError VERSION_NOT_SEEN (retryable) when one of them has not come in time */
  async await(seen: readonly { aggregateId: string; version: number }[] = []): Promise<void> {
    await Promise.all(seen.map((fact) => this.one(fact)));
  }

  private async one({ aggregateId, version }: { aggregateId: string; version: number }): Promise<void> {
    // A subject is this service's own aggregate: it never comes through the inbox.
    const own = await this.outbox.transaction([], (tx) => tx.versionOf(aggregateId));
    if (own >= version || (await this.inbox.waitFor(aggregateId, version, PATIENCE_MS))) return;
    throw new DomainError('VERSION_NOT_SEEN', `Version ${version} of ${aggregateId} has not arrived here yet`);
  }
}
